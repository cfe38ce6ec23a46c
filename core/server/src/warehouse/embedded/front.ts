import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Engine, EngineAnswer } from './engine.js';
import { type Credentials, isAuthorized } from './front.auth.js';
import { FrontError, MAX_BODY_BYTES, readRequest } from './front.request.js';
import { exceptionCode, statusOf } from './front.status.js';

/** As ClickHouse's `http_max_uri_size`: parameters travel in the URL. */
const MAX_HEADER_BYTES = 1024 * 1024;
/** Longer than the client keeps an idle socket (2.5 s), so that it never writes into one that is closing. */
const KEEP_ALIVE_MS = 10_000;

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new FrontError(131, 'TOO_LARGE_STRING_SIZE', 'Request body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const summaryOf = ({ readRows, readBytes, writtenRows, elapsedNs }: EngineAnswer): string =>
  JSON.stringify({
    read_rows: String(readRows),
    read_bytes: String(readBytes),
    written_rows: String(writtenRows),
    written_bytes: '0',
    elapsed_ns: String(elapsedNs),
  });

function refuse(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : 'unknown';
  const code = exceptionCode(message);
  const text = /^Code: \d+\./.test(message) ? message : `Code: ${code}. DB::Exception: ${message}. (UNKNOWN_EXCEPTION)`;
  response.statusCode = statusOf(code);
  response.setHeader('X-ClickHouse-Exception-Code', String(code));
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  if (response.statusCode === 401) response.setHeader('WWW-Authenticate', 'Basic realm="ClickHouse server HTTP API"');
  response.end(`${text}\n`);
}

async function answer(engine: Engine, credentials: Credentials, request: IncomingMessage, response: ServerResponse) {
  if (!isAuthorized(request.headers, credentials))
    throw new FrontError(516, 'AUTHENTICATION_FAILED', 'Authentication failed');
  const { headers, method = 'GET' } = request;
  const url = new URL(request.url ?? '/', 'http://front').searchParams;
  const { 'content-type': contentType, 'content-encoding': contentEncoding } = headers;
  const asked = await readRequest({ method, url, contentType, contentEncoding, body: await readBody(request) });
  const result = await engine.run(asked);
  response.setHeader('Content-Type', 'application/octet-stream');
  response.setHeader('X-ClickHouse-Query-Id', url.get('query_id') ?? '');
  response.setHeader('X-ClickHouse-Summary', summaryOf(result));
  response.setHeader('Content-Length', result.body.byteLength);
  response.end(result.body);
}

async function handle(engine: Engine, credentials: Credentials, request: IncomingMessage, response: ServerResponse) {
  if (request.method === 'GET' && (request.url === '/ping' || request.url === '/')) {
    response.end('Ok.\n');
    return;
  }
  try {
    await answer(engine, credentials, request, response);
  } catch (error) {
    // The rest of a refused body would be read as the next request on this connection.
    if (!request.complete) response.setHeader('Connection', 'close');
    refuse(response, error);
  }
}

/**
 * ClickHouse's HTTP interface over an engine, as far as its official client speaks it: query in body or URL, data,
 * parameters, settings, database, credentials, packed bodies, errors. Results are whole before the first byte leaves,
 * so an error always has its status.
 */
export function createFront(engine: Engine, credentials: Credentials): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    void handle(engine, credentials, request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}
