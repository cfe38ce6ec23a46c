import { crc32, type JsonObject, type LogHeader } from '@perennial/contract';
import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import type { Adapted, Endpoint } from './adapters/adapter.js';
import type { ForeignForm } from './adapters/foreign.js';
import { SEGMENT_FORM_PATHS } from './adapters/segment-form.js';
import { rudderSettings, segmentSettings } from './adapters/settings.js';
import { turned, type Accepted, type Turned } from './answer.js';
import { readBody, unzip } from './body.js';
import { checkBody, type Checked } from './check.js';
import { cors } from './cors.js';
import type { Hold, InFlight } from './in-flight.js';
import { addressBehind, truncateIp } from './ip.js';
import type { Metrics } from './metrics.js';
import { glanceAt, parseBody, type Glance } from './parse.js';
import type { Received } from './receive.js';
import { writeKeyOf } from './write-key.js';

/** The source that a write key belongs to; `unready` while no list of keys was ever had. */
export type KeyAnswer = { sourceId: string } | 'unknown' | 'unready';

/** What the app needs of the place that it runs in. */
export interface CollectorDeps {
  /** How requests come in: `receiveWeb`, or the runtime's own way. */
  receive(context: Context): Received;
  sourceOf(writeKey: string): KeyAnswer | Promise<KeyAnswer>;
  /** Keeps a request; resolves when it is safe on disk. Throws `Full` when there is no room. */
  keep(header: LogHeader, body: Uint8Array): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  glance?: Glance;
  /** Forms that are not ours, by the path that their clients send to. */
  foreign?: Record<string, ForeignForm>;
  truncatesIp: boolean;
  /** How many proxies of ours stand before the collector; 0 when absent. */
  proxies?: number;
  inFlight: InFlight;
  metrics: Metrics;
  /** True once the process is about to go: balancers should send elsewhere, though requests are still taken. */
  isLeaving?(): boolean;
}

/** Thrown by `keep`: accepted requests would not fit; the client should come back in `retryAfter` seconds. */
export class Full extends Error {
  constructor(readonly retryAfter: number) {
    super('no room to keep the request');
  }
}

const USER_AGENT_LENGTH = 512;
const RETRY_SECONDS = 1;

/** The collector's HTTP face. Pure of any runtime: `app.request()` tests it, any host can serve it. */
export function createCollector(deps: CollectorDeps): Hono {
  const app = new Hono();
  app.use(cors((c) => deps.receive(c)));
  for (const [path, endpoint] of Object.entries(SEGMENT_FORM_PATHS)) app.post(path, (c) => collect(c, endpoint, deps));
  for (const [path, by] of Object.entries(deps.foreign ?? {}))
    app.on(['GET', 'POST'], path, (c) => collectForeign(c, by, deps));
  answerSettings(app, deps);
  app.get('/health', (c) => (deps.isLeaving?.() ? c.json({ status: 'leaving' }, 503) : c.json({ status: 'ok' })));
  app.get('/metrics', (c) => c.text(deps.metrics.text()));
  app.notFound((c) => c.json({ ok: false, code: 'ROUTE_ABSENT', message: 'there is no such endpoint' }, 404));
  app.onError((error, c) => {
    if (error instanceof Full)
      return answerTurned(c, turned(503, 'COLLECTOR_FULL', error.message, error.retryAfter), deps);
    return answerTurned(c, turned(503, 'COLLECTOR_FAILED', 'the request could not be kept', RETRY_SECONDS), deps);
  });
  return app;
}

/** What clients ask before they send, and the reports on themselves that nobody here reads. */
function answerSettings(app: Hono, deps: CollectorDeps): void {
  app.get('/v1/projects/:key/settings', (c) => c.json(segmentSettings(c.req.param('key'), c.req.header('host') ?? '')));
  for (const path of ['/sourceConfig', '/sourceConfig/'])
    app.get(path, (c) =>
      c.json(rudderSettings(writeKeyOf(deps.receive(c), () => c.req.query('writeKey'), undefined) ?? '')),
    );
  app.post('/v1/m', (c) => c.json({ success: true }));
}

const collect = (c: Context, endpoint: Endpoint, deps: CollectorDeps): Promise<Response> =>
  holding(c, deps, (hold) => judge(c, endpoint, deps, hold));

const collectForeign = (c: Context, by: ForeignForm, deps: CollectorDeps): Promise<Response> =>
  holding(c, deps, (hold) => judgeForeign(c, by, deps, hold));

async function holding(
  c: Context,
  deps: CollectorDeps,
  work: (hold: Hold) => Promise<Accepted | Turned>,
): Promise<Response> {
  const hold = deps.inFlight.open();
  try {
    const answer = await work(hold);
    return 'status' in answer ? answerTurned(c, answer, deps) : c.json(answer);
  } finally {
    hold.release();
  }
}

/** A form that is not ours is translated before it is kept; its header says by what and from which bytes (decision 5). */
async function judgeForeign(
  c: Context,
  form: ForeignForm,
  deps: CollectorDeps,
  hold: Hold,
): Promise<Accepted | Turned> {
  const { by } = form;
  const received = deps.receive(c);
  const bytes = c.req.method === 'GET' ? queryBytes(c) : await readBody(received, hold);
  if ('status' in bytes) return bytes;
  const adapted = await adapt(c, form, bytes, hold);
  if (adapted && 'status' in adapted) return adapted;
  const key = writeKeyOf(received, () => c.req.query('writeKey'), undefined) ?? adapted?.key ?? c.req.query('token');
  const found = await sourceOf(key, deps);
  if ('status' in found) return found;
  const header = headerOf(received, by, found.sourceId, deps);
  if (!adapted) return keepWhole(header, bytes, UNREADABLE, deps);
  const body = { batch: adapted.items } as JsonObject;
  const translated = encodeBody(body);
  if (!translated) return keepWhole(header, bytes, TOO_DEEP, deps);
  const checked = checkBody(body, 'batch', header.receivedAt, translated.length);
  if ('status' in checked) return keepWhole(header, bytes, checked, deps);
  const from = { by, bytes: bytes.length, crc32: crc32(bytes) };
  return keepItems({ ...header, endpoint: 'batch', translated: from }, translated, checked, deps);
}

/** Parsing knows no limit of depth, writing does (the stack): undefined beyond it. */
function encodeBody(body: JsonObject): Uint8Array | undefined {
  try {
    return encoder.encode(JSON.stringify(body));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const queryBytes = (c: Context): Uint8Array => encoder.encode(new URL(c.req.url).search.slice(1));

async function adapt(
  c: Context,
  form: ForeignForm,
  bytes: Uint8Array,
  hold: Hold,
): Promise<Adapted | Turned | undefined> {
  const gunzip = async (packed: Uint8Array) => {
    const unpacked = await unzip(packed, hold);
    if ('status' in unpacked) throw new Unpackable(unpacked);
    return unpacked;
  };
  try {
    return await form.adapt({ text: decoder.decode(bytes), query: (name) => c.req.query(name), gunzip });
  } catch (error) {
    if (error instanceof Unpackable) return error.why;
    throw error;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const UNREADABLE = turned(400, 'BODY_UNREADABLE', 'the body is not of the form that this endpoint takes');

const TOO_DEEP = turned(400, 'ENVELOPE_TOO_DEEP', 'the body is nested too deeply to be translated');

class Unpackable extends Error {
  constructor(readonly why: Turned) {
    super(why.message);
  }
}

async function sourceOf(key: string | undefined, deps: CollectorDeps): Promise<{ sourceId: string } | Turned> {
  const found = key === undefined ? 'unknown' : await deps.sourceOf(key);
  if (found === 'unready') return turned(503, 'KEYS_UNREADY', 'the write keys are not known yet', RETRY_SECONDS);
  if (found === 'unknown') return turned(401, 'WRITE_KEY_UNKNOWN', 'the write key is missing or unknown');
  return found;
}

async function judge(c: Context, endpoint: Endpoint, deps: CollectorDeps, hold: Hold): Promise<Accepted | Turned> {
  const received = deps.receive(c);
  const bytes = await readBody(received, hold);
  if ('status' in bytes) return bytes;
  const glanced = deps.glance && glanceAt(bytes, deps.glance);
  const body = glanced ?? parseBody(bytes);
  const key = writeKeyOf(received, () => c.req.query('writeKey'), body);
  const found = await sourceOf(key, deps);
  if ('status' in found) return found;
  const header = headerOf(received, endpoint, found.sourceId, deps);
  const check = (object: JsonObject | undefined) =>
    object ? checkBody(object, endpoint, header.receivedAt, bytes.length) : MALFORMED;
  const first = check(body);
  const checked = glanced && !isClean(first) ? check(parseBody(bytes)) : first;
  return 'status' in checked ? keepWhole(header, bytes, checked, deps) : keepItems(header, bytes, checked, deps);
}

const isClean = (checked: Checked | Turned): boolean => 'errors' in checked && checked.errors.length === 0;

const MALFORMED = turned(400, 'ENVELOPE_JSON_MALFORMED', 'the body is no JSON object in UTF-8');

/** Nobody can repair such a body, so it is turned away; but its bytes are kept, to show what a broken client sends. */
async function keepWhole(header: LogHeader, bytes: Uint8Array, why: Turned, deps: CollectorDeps): Promise<Turned> {
  await deps.keep({ ...header, refused: [{ index: -1, code: why.code, message: why.message }] }, bytes);
  return why;
}

async function keepItems(
  header: LogHeader,
  bytes: Uint8Array,
  { items, errors }: Checked,
  deps: CollectorDeps,
): Promise<Accepted> {
  if (items > 0) await deps.keep(errors.length > 0 ? { ...header, refused: errors } : header, bytes);
  deps.metrics.count('events_total', items - errors.length, 'outcome="accepted"');
  for (const { code } of errors) deps.metrics.count('events_total', 1, `outcome="refused",code="${code}"`);
  return { ok: errors.length === 0, receivedEvents: items, okEvents: items - errors.length, errors };
}

function headerOf(received: Received, endpoint: string, sourceId: string, deps: CollectorDeps): LogHeader {
  const address = addressBehind(deps.proxies ?? 0, received.header('x-forwarded-for'), received.ip);
  const ip = deps.truncatesIp && address ? truncateIp(address) : address;
  const userAgent = received.header('user-agent')?.slice(0, USER_AGENT_LENGTH);
  return { receivedAt: deps.now(), sourceId, endpoint, ...(ip && { ip }), ...(userAgent && { userAgent }) };
}

function answerTurned(c: Context, { status, code, message, retryAfter }: Turned, { metrics }: CollectorDeps): Response {
  metrics.count('requests_turned_total', 1, `code="${code}"`);
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  return c.json({ ok: false, code, message }, status);
}
