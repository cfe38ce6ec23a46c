import { EVENT_TYPES, type EventType, type LogHeader } from '@perennial/contract';
import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import { turned, type Accepted, type Turned } from './answer.js';
import { readBody } from './body.js';
import { checkBody, parseBody } from './check.js';
import { cors } from './cors.js';
import { truncateIp } from './ip.js';
import type { Metrics } from './metrics.js';
import { writeKeyOf } from './write-key.js';

/** The source that a write key belongs to; `unready` while no list of keys was ever had. */
export type KeyAnswer = { sourceId: string } | 'unknown' | 'unready';

/** What the app needs of the place that it runs in. */
export interface CollectorDeps {
  sourceOf(writeKey: string): Promise<KeyAnswer>;
  /** Keeps a request; resolves when it is safe on disk. Throws `Full` when there is no room. */
  keep(header: LogHeader, body: Uint8Array): Promise<void>;
  now(): number;
  /** The client's address, as the runtime knows it. */
  ipOf(context: Context): string | undefined;
  truncatesIp: boolean;
  metrics: Metrics;
}

/** Thrown by `keep`: accepted requests would not fit; the client should come back in `retryAfter` seconds. */
export class Full extends Error {
  constructor(readonly retryAfter: number) {
    super('no room to keep the request');
  }
}

const USER_AGENT_LENGTH = 512;

/** The collector's HTTP face. Pure of any runtime: `app.request()` tests it, any host can serve it. */
export function createCollector(deps: CollectorDeps): Hono {
  const app = new Hono();
  app.use(cors);
  for (const endpoint of ['batch', ...EVENT_TYPES] as const)
    app.post(`/v1/${endpoint}`, (c) => collect(c, endpoint, deps));
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/metrics', (c) => c.text(deps.metrics.text()));
  app.notFound((c) => c.json({ ok: false, code: 'ROUTE_ABSENT', message: 'there is no such endpoint' }, 404));
  app.onError((error, c) => {
    if (error instanceof Full)
      return answerTurned(c, turned(503, 'COLLECTOR_FULL', error.message, error.retryAfter), deps);
    deps.metrics.count('failed');
    return answerTurned(c, turned(503, 'COLLECTOR_FAILED', 'the request could not be kept', 1), deps);
  });
  return app;
}

async function collect(c: Context, endpoint: EventType | 'batch', deps: CollectorDeps): Promise<Response> {
  const bytes = await readBody(c.req.raw);
  if ('status' in bytes) return answerTurned(c, bytes, deps);
  const body = parseBody(bytes);
  const key = writeKeyOf(c.req.raw, body);
  const found = key === undefined ? 'unknown' : await deps.sourceOf(key);
  if (found === 'unready')
    return answerTurned(c, turned(503, 'KEYS_UNREADY', 'the write keys are not known yet', 1), deps);
  if (found === 'unknown')
    return answerTurned(c, turned(401, 'WRITE_KEY_UNKNOWN', 'the write key is missing or unknown'), deps);
  const header = headerOf(c, endpoint, found.sourceId, deps);
  if (!body) return keepMalformed(c, header, bytes, deps);
  const checked = checkBody(body, endpoint, header.receivedAt, bytes.length);
  if ('status' in checked) return answerTurned(c, checked, deps);
  const { items, errors } = checked;
  if (items > 0) await deps.keep(errors.length > 0 ? { ...header, refused: errors } : header, bytes);
  deps.metrics.count('accepted', items - errors.length);
  for (const { code } of errors) deps.metrics.count(`refused_${code}`);
  return c.json({
    ok: errors.length === 0,
    receivedEvents: items,
    okEvents: items - errors.length,
    errors,
  } satisfies Accepted);
}

/** Nobody can repair it, so 400; but the bytes are kept, so that an operator can see what a broken client sends. */
async function keepMalformed(c: Context, header: LogHeader, bytes: Uint8Array, deps: CollectorDeps): Promise<Response> {
  const refusal = { index: -1, code: 'ENVELOPE_JSON_MALFORMED', message: 'the body is no JSON object in UTF-8' };
  await deps.keep({ ...header, refused: [refusal] }, bytes);
  return answerTurned(c, turned(400, refusal.code, refusal.message), deps);
}

function headerOf(c: Context, endpoint: string, sourceId: string, deps: CollectorDeps): LogHeader {
  const ip = deps.ipOf(c);
  const userAgent = c.req.header('user-agent')?.slice(0, USER_AGENT_LENGTH);
  return {
    receivedAt: deps.now(),
    sourceId,
    endpoint,
    ...(ip && { ip: deps.truncatesIp ? truncateIp(ip) : ip }),
    ...(userAgent && { userAgent }),
  };
}

function answerTurned(c: Context, { status, code, message, retryAfter }: Turned, { metrics }: CollectorDeps): Response {
  metrics.count(`turned_${code}`);
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  return c.json({ ok: false, code, message }, status);
}
