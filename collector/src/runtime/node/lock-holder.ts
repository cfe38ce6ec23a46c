import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a folder, as it stands in the lock. */
export interface Holder {
  /** New for each taking: a number of a process comes again, in containers within seconds. */
  id: string;
  pid: number;
  /** Where `pid` means this process: a namespace of one run of one machine. */
  place: string;
}

/** Numbers of processes are unique only within a namespace, and two containers on one volume both have a process 1. */
function ownPlace(): string {
  if (process.platform !== 'linux') return hostname();
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Nothing of this machine can be told apart, so nobody is found dead by number: the beat alone decides.
    return randomUUID();
  }
}

const PLACE = ownPlace();

export const newHolder = (): Holder => ({ id: randomUUID(), pid: process.pid, place: PLACE });

/** Undefined for what is no lock of this version, such as the bare number of an older one or a half written file. */
export function readHolder(text: string): Holder | undefined {
  try {
    const read = JSON.parse(text) as Partial<Holder> | null;
    return typeof read?.id === 'string' && typeof read.pid === 'number' && typeof read.place === 'string'
      ? (read as Holder)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Gone beyond doubt: its number is looked for where it was given. Our own number there is an earlier life of it, since
 * the caller knows what this process holds itself.
 */
export function isGone({ pid, place }: Holder): boolean {
  if (place !== PLACE) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as { code?: string }).code === 'ESRCH';
  }
}
