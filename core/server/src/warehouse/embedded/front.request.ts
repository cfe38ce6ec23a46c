import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { EngineRequest } from './engine.js';

/** An answer as ClickHouse gives it: an error of its own kind, or of the front in the same words. */
export class FrontError extends Error {
  constructor(
    readonly code: number,
    type: string,
    message: string,
  ) {
    super(`Code: ${code}. DB::Exception: ${message}. (${type})`);
  }
}

/** A body of more bytes than this, packed or unpacked, is refused. */
export const MAX_BODY_BYTES = 256 * 1024 * 1024;

const DEFAULT_FORMAT = 'TabSeparated';
/** Words of the URL that are no settings of the engine: about the transport, or read elsewhere. */
const TRANSPORT_WORDS =
  'query query_id database default_format user password quota_key role session_check session_timeout ' +
  'wait_end_of_query buffer_size send_progress_in_http_headers compress decompress enable_http_compression ' +
  'http_headers_progress_interval_ms http_response_buffer_size http_zlib_compression_level ' +
  'http_write_exception_in_output_format';
const TRANSPORT = new Set(TRANSPORT_WORDS.split(' '));

const unpackers: Record<string, (bytes: Uint8Array) => Promise<Uint8Array>> = {
  gzip: (bytes) => promisify(gunzip)(bytes, { maxOutputLength: MAX_BODY_BYTES }),
  deflate: (bytes) => promisify(inflate)(bytes, { maxOutputLength: MAX_BODY_BYTES }),
};

async function unpack(body: Uint8Array, encoding: string | undefined): Promise<Uint8Array> {
  if (encoding === undefined || encoding === 'identity') return body;
  const unpacker = unpackers[encoding];
  if (!unpacker) throw new FrontError(352, 'UNKNOWN_COMPRESSION_METHOD', 'Request encoding is none of gzip, deflate');
  return unpacker(body);
}

interface FrontInput {
  method: string;
  url: URLSearchParams;
  contentType?: string | undefined;
  contentEncoding?: string | undefined;
  body: Uint8Array;
}

/** The client moves parameters that are too long for a URL into a form beside the query. */
async function withForm(input: FrontInput, body: Uint8Array): Promise<{ url: URLSearchParams; body: Uint8Array }> {
  if (!input.contentType?.startsWith('multipart/form-data')) return { url: input.url, body };
  const form = await new Response(Buffer.from(body), { headers: { 'content-type': input.contentType } }).formData();
  const url = new URLSearchParams(input.url);
  for (const [name, value] of form) if (typeof value === 'string') url.append(name, value);
  return { url, body: new Uint8Array(0) };
}

function readSettings(url: URLSearchParams, method: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of url) if (!TRANSPORT.has(name) && !name.startsWith('param_')) settings.set(name, value);
  if (settings.has('session_id'))
    throw new FrontError(48, 'NOT_IMPLEMENTED', 'Sessions are not kept: every request stands alone');
  // ClickHouse's own rule: what a link can do must not write. Last, since it locks the other settings.
  if (method === 'GET') settings.set('readonly', '2');
  return settings;
}

const readParams = (url: URLSearchParams): Map<string, string> =>
  new Map([...url].filter(([name]) => name.startsWith('param_')).map(([name, value]) => [name.slice(6), value]));

/** Reads a request as ClickHouse does: `query` in the URL makes the body its data, otherwise the body is the query. */
export async function readRequest(input: FrontInput): Promise<EngineRequest> {
  const { url, body } = await withForm(input, await unpack(input.body, input.contentEncoding));
  const stated = url.get('query');
  const query = stated ?? Buffer.from(body).toString('utf8');
  if (query.trim() === '') throw new FrontError(62, 'SYNTAX_ERROR', 'Empty query');
  const hasData = stated !== null && body.length > 0;
  return {
    query,
    data: hasData ? body : undefined,
    params: readParams(url),
    settings: readSettings(url, input.method),
    database: url.get('database') ?? undefined,
    format: url.get('default_format') ?? DEFAULT_FORMAT,
  };
}
