// `npm run playground -w sdk-web`: one page that shows every feature, before a collector that only remembers.
// With `-- https://events.example.com wk_...` the page sends to a real one.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [endpoint = '', writeKey = 'wk_playground'] = process.argv.slice(2);
const here = import.meta.dirname;
const received = [];
/** How the small collector behaves: `ok`, `busy` (503, come back in 10 s) or `gone` (the connection breaks). */
let mood = 'ok';

/** The tracker loads the others from where it came itself. */
const SCRIPTS = ['perennial.js', 'perennial-parts.js', 'perennial-state.js', 'perennial-debug.js'];

const FILES = {
  ...Object.fromEntries(SCRIPTS.map((name) => [`/${name}`, [`../dist/${name}`, 'text/javascript']])),
  '/playground.js': ['playground.js', 'text/javascript'],
};

const server = createServer((request, response) => void answer(request, response));

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://playground');
  if (pathname === '/v1/batch') return collect(request, response);
  if (pathname === '/received') return json(response, { mood, received });
  if (pathname === '/mood') return json(response, { mood: (mood = searchParams.get('is')) });
  if (pathname === '/price-list.pdf') return response.setHeader('content-type', 'application/pdf').end('%PDF-1.4');
  const [file, type] = FILES[pathname] ?? ['index.html', 'text/html; charset=utf-8'];
  const text = readFileSync(join(here, file), 'utf8');
  response
    .setHeader('content-type', type)
    .end(file === 'index.html' ? text.replace('ENDPOINT', endpoint).replace('KEY', writeKey) : text);
}

async function collect(request, response) {
  let body = '';
  for await (const part of request) body += part;
  if (mood === 'gone') return request.socket.destroy();
  if (mood === 'busy') return response.writeHead(503, { 'retry-after': '10' }).end('{}');
  const { batch } = JSON.parse(body);
  received.push(...batch.map((event) => ({ ...event, receivedAt: new Date().toISOString() })));
  received.splice(0, received.length - 200);
  return json(response, { ok: true, receivedEvents: batch.length, okEvents: batch.length, errors: [] });
}

const json = (response, body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));

server.listen(Number(process.env.PORT ?? 3002), () =>
  console.log(`The tracker's playground: http://localhost:${server.address().port}`),
);
