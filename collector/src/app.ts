import { EVENT_TYPES, type EventType, type JsonObject, type LogHeader } from '@perennial/contract';
import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import { turned, type Accepted, type Turned } from './answer.js';
import { readBody } from './body.js';
import { checkBody, type Checked } from './check.js';
import { cors } from './cors.js';
import type { Hold, InFlight } from './in-flight.js';
import { truncateIp } from './ip.js';
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
  truncatesIp: boolean;
  inFlight: InFlight;
  metrics: Metrics;
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
  for (const endpoint of ['batch', ...EVENT_TYPES] as const)
    app.post(`/v1/${endpoint}`, (c) => collect(c, endpoint, deps));
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/metrics', (c) => c.text(deps.metrics.text()));
  app.notFound((c) => c.json({ ok: false, code: 'ROUTE_ABSENT', message: 'there is no such endpoint' }, 404));
  app.onError((error, c) => {
    if (error instanceof Full)
      return answerTurned(c, turned(503, 'COLLECTOR_FULL', error.message, error.retryAfter), deps);
    return answerTurned(c, turned(503, 'COLLECTOR_FAILED', 'the request could not be kept', RETRY_SECONDS), deps);
  });
  return app;
}

async function collect(c: Context, endpoint: EventType | 'batch', deps: CollectorDeps): Promise<Response> {
  const hold = deps.inFlight.open();
  try {
    const answer = await judge(c, endpoint, deps, hold);
    return 'status' in answer ? answerTurned(c, answer, deps) : c.json(answer);
  } finally {
    hold.release();
  }
}

async function judge(
  c: Context,
  endpoint: EventType | 'batch',
  deps: CollectorDeps,
  hold: Hold,
): Promise<Accepted | Turned> {
  const received = deps.receive(c);
  const bytes = await readBody(received, hold);
  if ('status' in bytes) return bytes;
  const glanced = deps.glance && glanceAt(bytes, deps.glance);
  const body = glanced ?? parseBody(bytes);
  const key = writeKeyOf(received, () => c.req.query('writeKey'), body);
  const found = key === undefined ? 'unknown' : await deps.sourceOf(key);
  if (found === 'unready') return turned(503, 'KEYS_UNREADY', 'the write keys are not known yet', RETRY_SECONDS);
  if (found === 'unknown') return turned(401, 'WRITE_KEY_UNKNOWN', 'the write key is missing or unknown');
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
  const ip = deps.truncatesIp && received.ip ? truncateIp(received.ip) : received.ip;
  const userAgent = received.header('user-agent')?.slice(0, USER_AGENT_LENGTH);
  return { receivedAt: deps.now(), sourceId, endpoint, ...(ip && { ip }), ...(userAgent && { userAgent }) };
}

function answerTurned(c: Context, { status, code, message, retryAfter }: Turned, { metrics }: CollectorDeps): Response {
  metrics.count('requests_turned_total', 1, `code="${code}"`);
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  return c.json({ ok: false, code, message }, status);
}
