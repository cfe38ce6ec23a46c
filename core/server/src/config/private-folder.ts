import { chmodSync, lstatSync, mkdirSync, readdirSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder.js';

const OWNER = 0o700;
const OTHERS = 0o077;
const STICKY = 0o1000;

/** What a process and its children make from now on is for its user alone. */
export const makePrivately = (): void => void process.umask(OTHERS);

/**
 * Takes a data folder from everybody but its owner, with all that lies in it: earlier versions made both readable. It is
 * walked once, since the folder itself tells that it was. Returns what an operator should know.
 */
export function keepPrivate(folder: string): string[] {
  const mine = process.getuid?.();
  // Windows has no modes.
  if (mine === undefined) return [];
  makeFolder(dirname(folder));
  mkdirSync(folder, { recursive: true, mode: OWNER });
  const found = lstatSync(folder);
  if (found.mode & STICKY)
    return [`${folder} is a place that everybody shares; set PERENNIAL_DATA_DIR to a folder of its own.`];
  if (found.uid !== mine && mine !== 0) return [belongsTo(folder, found)];
  const told = found.uid === mine ? [] : [belongsTo(folder, found)];
  if ((found.mode & OTHERS) === 0) return told;
  const tightened = tighten(folder, found);
  return [
    ...told,
    `${folder} could be read by other users; it and ${tightened - 1} things in it are for its owner alone now.`,
  ];
}

const belongsTo = (folder: string, { uid }: Stats): string =>
  `${folder} belongs to another user (${uid}), who can read all that is in it.`;

/** Only bits are taken, never given; what a link leads to is not touched. */
function tighten(path: string, { mode }: Stats): number {
  if (mode & OTHERS) chmodSync(path, mode & OWNER);
  if (!lstatSync(path).isDirectory()) return 1;
  return readdirSync(path).reduce((count, name) => count + tightenEntry(join(path, name)), 1);
}

function tightenEntry(path: string): number {
  const found = lstatSync(path);
  return found.isSymbolicLink() ? 0 : tighten(path, found);
}
