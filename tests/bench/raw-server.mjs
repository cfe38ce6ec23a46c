// The floor of the collector: parse, look at, throw away.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(parts).toString());
    const items = Array.isArray(body.batch) ? body.batch : [body];
    const isRight = items.every((item) => item.userId || item.anonymousId);
    response.writeHead(isRight ? 200 : 400, { 'content-length': 2 }).end('{}');
  });
});
process.on('SIGTERM', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send({ ready: true, port: server.address().port }));
