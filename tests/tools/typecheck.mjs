// `npm run typecheck`: every room with its tests, which the build leaves out. Ends with 1 when any room is wrong.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const within = (folder) => readdirSync(join(root, folder)).map((name) => join(folder, name));
const rooms = [...within('core'), ...within('plugins'), 'collector', 'sdk-web', 'admin', 'tests'].filter((room) =>
  existsSync(join(root, room, 'tsconfig.json')),
);
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const wrong = rooms.filter((room) => {
  const { status } = spawnSync(process.execPath, [tsc, '-p', room, '--noEmit'], { cwd: root, stdio: 'inherit' });
  return status !== 0;
});
console.log(wrong.length === 0 ? `${rooms.length} rooms are right` : `wrong: ${wrong.join(', ')}`);
process.exit(wrong.length === 0 ? 0 : 1);
