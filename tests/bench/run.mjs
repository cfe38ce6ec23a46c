// `npm run bench`: measures in one run, prints a table in Markdown. Ratios are what to compare; absolute figures are the machine's.
// PERENNIAL_BENCH_MYSQL_URL=mysql://user:password@host:port/database adds the record on MariaDB (an empty database).
import { cpus, totalmem } from 'node:os';
import { prepare } from '../../core/server/bin/prepare.mjs';

prepare();
const { benchCollector } = await import('./collector.mjs');
const { benchIngest } = await import('./ingest.mjs');
const { benchWhole } = await import('./whole.mjs');
const { benchIdentity } = await import('./identity.mjs');
const { benchTags } = await import('./tags.mjs');
const { benchTagsLive } = await import('./tags-live.mjs');
const { benchLifecycle } = await import('./lifecycle.mjs');
const { benchTimers } = await import('./timers.mjs');
const { benchConsultants } = await import('./consultants.mjs');
const { benchTruth } = await import('./identity-truth.mjs');

const mysql = process.env.PERENNIAL_BENCH_MYSQL_URL;
delete process.env.PERENNIAL_BENCH_MYSQL_URL;
const rows = [
  ...(await benchCollector()),
  ...(await benchIngest('SQLite')),
  ...(mysql ? await benchIngest('MariaDB', mysql) : []),
  ...(await benchWhole()),
  ...(await benchIdentity('SQLite')),
  ...(mysql ? await benchIdentity('MariaDB', mysql) : []),
  ...(await benchTags()),
  ...(await benchTagsLive()),
  ...(await benchLifecycle()),
  ...(await benchTimers('SQLite')),
  ...(mysql ? await benchTimers('MariaDB', mysql) : []),
  ...(await benchConsultants('SQLite')),
  ...(mysql ? await benchConsultants('MariaDB', mysql) : []),
  ...benchTruth(),
];

console.log(
  `\n${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}\n`,
);
console.log('| what | measured | floor in the same run | ratio | goal |\n|---|---|---|---|---|');
for (const { name, value, floor, ratio, goal } of rows)
  console.log(`| ${name} | ${value} | ${floor} | ${ratio === undefined ? '' : ratio.toFixed(2)} | ${goal} |`);
process.exit(0);
