import type { ImportStatus } from '@perennial/contract';

const DAY_MS = 86_400_000;
/** A file is mapped and imported at one sitting, or the next morning. */
const UNUSED_DAYS = 1;

export interface FileUse {
  takenAt: number;
  run: { status: ImportStatus; finishedAt: number | null } | undefined;
}

/** Whether nobody needs a file any more. A run that failed or was stopped can go on for as long as a finished one is kept. */
export function isSpent({ takenAt, run }: FileUse, now: number, keepDays: number): boolean {
  if (!run) return now - takenAt >= UNUSED_DAYS * DAY_MS;
  if (run.status === 'running') return false;
  return now - (run.finishedAt ?? takenAt) >= keepDays * DAY_MS;
}
