import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const generator = join(import.meta.dirname, '..', '..', '..', 'tests/playground/demo.mjs');

/**
 * Sends the demo brand's year through the collector, as any client would. It is marked as done only at the end; a load
 * that was cut off is sent again whole at the next start, and what was applied before is recognised and dropped.
 */
export function loadDemo({ people, writeKey, seed, doneFile, to, isStopping }) {
  const args = [generator, '--people', String(people), '--seed', String(seed), '--to', to];
  const child = spawn(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, PERENNIAL_DEMO_WRITE_KEY: writeKey },
  });
  return new Promise((resolve) =>
    child.on('exit', (code) => {
      if (code === 0) writeFileSync(doneFile, `${new Date().toISOString()}\n`);
      else if (!isStopping())
        console.error('The demo data could not be loaded completely; the next start tries again.');
      resolve();
    }),
  );
}
