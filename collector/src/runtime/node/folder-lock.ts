import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, newHolder, readHolder, type Holder } from './lock-holder.js';

const BEAT_MS = 500;
/** Who gives no sign for so long is dead, or frozen and will find on waking that it was replaced. */
const SILENT_MS = 3_000;
const LOOK_MS = 100;

/** Locks of this very process. */
const held = new Set<string>();

/**
 * One process per folder, also across containers and machines that share it: the holder touches its lock all the time, and
 * one that is silent is taken over. Node gives no lock that a kernel holds, so the holder asks `isOurs` after each write
 * and before it is answered for: what was written until then lay there when the folder changed hands (decision 34).
 */
export class FolderLock {
  /** Called once when somebody else has taken the folder: this process must end. */
  onLost: () => void = () => undefined;
  private readonly beating: NodeJS.Timeout;
  private isLost = false;

  private constructor(
    private readonly path: string,
    private readonly text: string,
    /** The one before was silent and not surely dead: it may wake up and still write to files that it has open. */
    readonly mayBeWrittenByOther: boolean,
  ) {
    held.add(path);
    this.beating = setInterval(() => this.beat(), BEAT_MS).unref();
  }

  /** Takes at most some seconds. Rejects with a sentence when another process is at work in the folder. */
  static async take(folder: string): Promise<FolderLock> {
    const path = join(folder, 'lock');
    if (held.has(path)) throw inUse(folder, { pid: process.pid });
    const text = JSON.stringify(newHolder());
    for (let wasSilent = false; ;) {
      if (create(path, text)) return new FolderLock(path, text, wasSilent);
      const found = read(path);
      if (!found) continue;
      const holder = readHolder(found.text);
      if (!holder || !isGone(holder)) {
        const sign = await watch(path, found);
        if (sign === 'beats') throw inUse(folder, holder);
        if (sign === 'changed hands') continue;
        wasSilent = true;
      }
      removeStale(path, found.text);
    }
  }

  isOurs(): boolean {
    if (!this.isLost && read(this.path)?.text !== this.text) this.lose();
    return !this.isLost;
  }

  release(): void {
    clearInterval(this.beating);
    held.delete(this.path);
    if (this.isOurs()) fs.rmSync(this.path, { force: true });
  }

  private beat(): void {
    if (!this.isOurs()) return;
    const now = new Date();
    // A disk that fails once is no reason to end: the next beat, and in the end the look at who owns it, decide.
    fs.utimes(this.path, now, now, () => undefined);
  }

  private lose(): void {
    this.isLost = true;
    clearInterval(this.beating);
    this.onLost();
  }
}

const inUse = (folder: string, holder: Pick<Holder, 'pid'> | undefined): Error =>
  new Error(`Another collector${holder ? ` (process ${holder.pid})` : ''} uses ${folder}.`);

function create(path: string, text: string): boolean {
  try {
    fs.writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  }
}

interface Seen {
  text: string;
  touched: number;
}

/** By opening it: a network file system looks at the server only then. */
function read(path: string): Seen | undefined {
  let fd;
  try {
    fd = fs.openSync(path, 'r');
    return { text: fs.readFileSync(fd, 'utf8'), touched: fs.fstatSync(fd).mtimeMs };
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

/** Watches for a change, whatever the clocks of the two say. */
async function watch(path: string, before: Seen): Promise<'beats' | 'silent' | 'changed hands'> {
  for (let waited = 0; waited < SILENT_MS; waited += LOOK_MS) {
    await sleep(LOOK_MS);
    const now = read(path);
    if (now?.text !== before.text) return 'changed hands';
    if (now.touched !== before.touched) return 'beats';
  }
  return 'silent';
}

/** Moves the file away before removing it: of two that take over at once, the slower one must not remove a new lock. */
function removeStale(path: string, text: string): void {
  const away = `${path}.${randomUUID()}.stale`;
  try {
    fs.renameSync(path, away);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return;
    throw error;
  }
  if (read(away)?.text === text) fs.rmSync(away, { force: true });
  else fs.renameSync(away, path);
}
