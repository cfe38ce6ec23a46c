import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const OWNER = 0o700;
const OTHERS = 0o077;

/** Takes the spool's folder from everybody but its owner, with what lies in it: earlier versions let all users read it. */
export function keepPrivate(folder: string): string[] {
  mkdirSync(folder, { recursive: true, mode: OWNER });
  const mine = process.getuid?.();
  const { uid, mode } = lstatSync(folder);
  // Windows has no modes.
  if (mine === undefined) return [];
  const told = uid === mine ? [] : [`${folder} belongs to another user (${uid}), who can read all that is in it`];
  if ((mode & OTHERS) === 0 || (uid !== mine && mine !== 0)) return told;
  chmodSync(folder, mode & OWNER);
  for (const name of readdirSync(folder)) tighten(join(folder, name));
  return [...told, `${folder} could be read by other users; it is for its owner alone now`];
}

function tighten(path: string): void {
  const found = lstatSync(path);
  if (!found.isSymbolicLink() && found.mode & OTHERS) chmodSync(path, found.mode & OWNER);
}
