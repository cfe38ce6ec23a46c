// `npm test`: installs, builds, runs every suite and ends with `N passed, N failed, N skipped`.
// Words after `npm test --` go to jest, e.g. `npm test -- --selectProjects core/server`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare } from '../core/server/bin/prepare.mjs';

const root = join(import.meta.dirname, '..');
prepare();

const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/jest/bin/jest.js'), ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_OPTIONS:
        `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
    },
  },
);
process.exit(status ?? 1);
