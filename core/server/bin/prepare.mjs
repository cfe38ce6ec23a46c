// What stands between a fresh clone and a start: packages and a build, each only when something asks for it.
// Plain Node, because nothing is installed yet when this runs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const LEAST_NODE = [20, 19];
const ROOMS = ['core', 'plugins', 'collector', 'sdk-web', 'admin', 'tests'];
const LEFT_OUT = new Set(['node_modules', 'dist', 'data', '.tmp']);

/** Installs and builds what is missing or stale. Exits with a sentence when it cannot. */
export function prepare({ log = console.log } = {}) {
  refuseOldNode();
  if (isInstallStale()) {
    log('Installing packages (first run: about a minute) ...');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  const stamp = sourceStamp();
  if (stamp !== lastStamp()) {
    log('Building ...');
    run('npm', ['run', 'build', '--silent'], { NX_DAEMON: 'false' });
    rememberStamp(stamp);
  }
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  fail(`Perennial needs Node ${LEAST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}

/** npm writes node_modules/.package-lock.json when it is done; an older one than the lock belongs to another lock. */
function isInstallStale() {
  const done = join(root, 'node_modules', '.package-lock.json');
  return !existsSync(done) || statSync(done).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs;
}

const stampFile = () => join(root, 'node_modules', '.cache', 'perennial-build');
const lastStamp = () => (existsSync(stampFile()) ? readFileSync(stampFile(), 'utf8') : '');

function rememberStamp(stamp) {
  mkdirSync(dirname(stampFile()), { recursive: true });
  writeFileSync(stampFile(), stamp);
}

/** Names, sizes and times of all sources: 20 ms, where asking the build's own cache takes a second. */
function sourceStamp() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const room of ROOMS) walk(join(root, room), hash);
  return hash.digest('hex');
}

function walk(folder, hash) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (LEFT_OUT.has(entry.name) || entry.name.includes('.spec.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(path, hash);
    else {
      const { mtimeMs, size } = statSync(path);
      hash.update(`${path}\n${mtimeMs}\n${size}\n`);
    }
  }
}

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) fail(`${command} could not be started: ${error.message}`);
  if (status !== 0) fail(`${[command, ...args].join(' ')} failed; see above.`);
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
