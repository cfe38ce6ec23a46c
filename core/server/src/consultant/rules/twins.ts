import type { AssignmentStatus } from '@perennial/contract';

interface Twin {
  id: number;
  rule_id: string;
  profile_id: number;
  status: AssignmentStatus;
}

const PROGRESS: Record<AssignmentStatus, number> = { contacted: 0, open: 1, waiting: 2, closed: 3 };

/**
 * Assignments that a merge made two of one: per person and rule, the one that has come furthest stays, of equals the
 * older. What is closed is history and stays beside.
 */
export function twins<T extends Twin>(rows: T[]): { kept: T; dropped: T }[] {
  const best = new Map<string, T>();
  const open = rows.filter(({ status }) => status !== 'closed');
  open.sort((a, b) => PROGRESS[a.status] - PROGRESS[b.status] || a.id - b.id);
  return open.flatMap((row) => {
    const key = `${row.rule_id} ${row.profile_id}`;
    const kept = best.get(key);
    if (!kept) best.set(key, row);
    return kept ? [{ kept, dropped: row }] : [];
  });
}
