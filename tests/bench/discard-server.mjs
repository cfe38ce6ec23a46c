// The collector's own app that checks everything and keeps nothing: what durability costs is the difference.
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createCollector, FOREIGN, glance, InFlight, Metrics, receiveNode } from '@perennial/collector';

const app = createCollector({
  receive: receiveNode,
  glance,
  sourceOf: (key) => (key === 'bench-key' ? { sourceId: 's' } : 'unknown'),
  keep: () => Promise.resolve(),
  now: Date.now,
  foreign: FOREIGN,
  truncatesIp: true,
  inFlight: new InFlight(64 * 1024 * 1024),
  metrics: new Metrics(),
});
const listener = getRequestListener(app.fetch);
const server = createServer((request, response) => void listener(request, response));
process.on('SIGTERM', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send({ ready: true, port: server.address().port }));
