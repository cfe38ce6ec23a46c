// A small load generator: `connections` requests in flight to one address of this machine for `seconds`.
import { Agent, request } from 'node:http';

export function load({ url, body, headers = {}, connections, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const until = performance.now() + seconds * 1000;
  const times = [];
  let refused = 0;
  const one = () =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const sent = request(
        url,
        { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
        (answer) => {
          answer.resume().on('end', () => {
            if (answer.statusCode === 200) times.push(performance.now() - began);
            else refused++;
            resolve();
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  const worker = async () => {
    while (performance.now() < until) await one();
  };
  const began = performance.now();
  return Promise.all(Array.from({ length: connections }, worker)).then(() => {
    agent.destroy();
    const sorted = times.sort((a, b) => a - b);
    const rate = times.length / ((performance.now() - began) / 1000);
    return {
      rate,
      p50: sorted[Math.floor(sorted.length * 0.5)],
      p99: sorted[Math.floor(sorted.length * 0.99)],
      refused,
    };
  });
}
