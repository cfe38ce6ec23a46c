import type { Context } from 'hono';
import { FOREIGN } from '../../adapters/foreign.js';
import { createCollector } from '../../app.js';
import { InFlight } from '../../in-flight.js';
import { Metrics } from '../../metrics.js';
import { receiveWeb, type Received } from '../../receive.js';
import { WorkerKeys } from './keys.js';
import { onceLot, publishToCore, type Publish } from './publish.js';
import { readSettings, type WorkerSettings } from './settings.js';

/** What a runtime gives beside the request: Workers its bindings, Deno the address, Bun the server. */
interface Beside {
  remoteAddr?: { hostname?: string };
  requestIP?: (request: Request) => { address: string } | null;
}

/** The place has some 128 MB for everything. */
const IN_FLIGHT_BYTES = 16 * 1024 * 1024;

export type Ports = Partial<Record<'nats', (settings: NonNullable<WorkerSettings['nats']>) => Publish>>;

/**
 * The collector where there is no disk: a request is answered 200 only after core, or NATS, has acknowledged it, and 503
 * with `Retry-After` otherwise. Nothing is kept between requests but the list of keys.
 */
export function createWorker(
  settings: WorkerSettings,
  ports: Ports = {},
): (request: Request, beside?: Beside) => Promise<Response> {
  const { coreUrl, secret, truncatesIp, proxies, nats } = settings;
  if (nats && !ports.nats) throw new Error('PERENNIAL_LOG=nats needs the entry that speaks NATS');
  const publish = nats ? ports.nats!(nats) : publishToCore(coreUrl, secret);
  const keys = new WorkerKeys({ coreUrl, secret, now: Date.now });
  const app = createCollector({
    receive,
    sourceOf: (key) => keys.sourceOf(key),
    keep: (header, body) => publish(onceLot(header, body)),
    now: Date.now,
    foreign: FOREIGN,
    truncatesIp,
    proxies,
    inFlight: new InFlight(IN_FLIGHT_BYTES),
    metrics: new Metrics(),
  });
  return async (request, beside = {}) => app.fetch(request, { address: addressOf(request, beside) });
}

const receive = (c: Context): Received => ({ ...receiveWeb(c), ip: (c.env as { address?: string }).address });

/** The connection's own address; on Workers, where nobody sees a connection, the header that the network sets itself. */
function addressOf(request: Request, beside: Beside): string | undefined {
  if (beside.remoteAddr) return beside.remoteAddr.hostname;
  if (typeof beside.requestIP === 'function') return beside.requestIP(request)?.address;
  return request.headers.get('cf-connecting-ip') ?? undefined;
}

/** What runtimes look for in a module: settings come with the first request (Workers) or lie in the process. */
export function entryOf(ports: Ports = {}) {
  let handle: ReturnType<typeof createWorker> | undefined;
  return {
    fetch(request: Request, beside: object = {}): Promise<Response> {
      const own = (globalThis as { process?: { env?: object } }).process?.env;
      handle ??= createWorker(readSettings({ ...own, ...beside }), ports);
      return handle(request, beside);
    },
  };
}
