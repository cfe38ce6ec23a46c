import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import { SEGMENT_FORM_PATHS } from './adapters/segment-form.js';
import { rudderSettings, segmentSettings } from './adapters/settings.js';
import { turned, type Accepted, type Turned } from './answer.js';
import { cors, withhold, type OriginGuard } from './cors.js';
import { Full, type CollectorDeps } from './deps.js';
import type { Hold } from './in-flight.js';
import { judge, judgeForeign } from './judge.js';
import { METRICS_TYPE } from './metrics.js';
import { asPixel } from './pixel.js';
import { writeKeyOf } from './write-key.js';

export { Full, type CollectorDeps, type KeyAnswer, type KnownKey } from './deps.js';

const RETRY_SECONDS = 1;

/** The collector's HTTP face. Pure of any runtime: `app.request()` tests it, any host can serve it. */
export function createCollector(deps: CollectorDeps): Hono {
  const app = new Hono();
  app.use(cors((c) => deps.receive(c), originGuard(deps)));
  for (const [path, endpoint] of Object.entries(SEGMENT_FORM_PATHS))
    app.post(path, (c) => holding(c, deps, (hold) => judge(c, endpoint, deps, hold)));
  for (const [path, form] of Object.entries(deps.foreign ?? {}))
    app
      .get(path, asPixel)
      .on(['GET', 'POST'], path, (c) => holding(c, deps, (hold) => judgeForeign(c, form, deps, hold)));
  answerSettings(app, deps);
  app.get('/health', (c) => (deps.isLeaving?.() ? c.json({ status: 'leaving' }, 503) : c.json({ status: 'ok' })));
  app.get('/metrics', (c) => c.body(deps.metrics.text(), 200, { 'Content-Type': METRICS_TYPE }));
  app.notFound((c) => answerTurned(c, turned(404, 'ROUTE_ABSENT', 'there is no such endpoint'), deps));
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

/** The list of a source binds its pages before they send, where the preflight's address names the key. */
const originGuard =
  (deps: CollectorDeps): OriginGuard =>
  async (c, origin) => {
    const key = c.req.query('writeKey') ?? c.req.query('token');
    const found = key === undefined ? 'unknown' : await deps.sourceOf(key);
    return typeof found === 'string' || found.policy?.allowsOrigin?.(origin) !== false;
  };

function answerTurned(c: Context, { status, code, message, retryAfter }: Turned, { metrics }: CollectorDeps): Response {
  metrics.count('requests_turned_total', 1, `code="${code}"`);
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  if (code === 'ORIGIN_REFUSED') withhold(c);
  return c.json({ ok: false, code, message }, status);
}
