import { expect } from '@jest/globals';
import {
  isJsonObject,
  type Page as List,
  type ProfileDetail,
  type ProfileSummary,
  type TimelineItem,
} from '@perennial/contract';
import { eventually, type System } from '../tools/system.js';

export type Act = Extract<TimelineItem, { kind: 'event' }>;

export interface Person {
  profile: ProfileDetail;
  acts: Act[];
}

/** Three times as slow as a quiet machine is still no fault. */
export const PATIENCE_S = 120;
const MARK = 'AllBefore';

export async function personOf(system: System, query: string): Promise<Person | undefined> {
  const found = await system.api<List<ProfileSummary>>('GET', `/profiles?q=${encodeURIComponent(query)}`);
  const id = found.items[0]?.id;
  if (!id) return undefined;
  const timeline = await system.api<List<TimelineItem>>('GET', `/profiles/${id}/timeline?kinds=event&limit=100`);
  const profile = await system.api<ProfileDetail>('GET', `/profiles/${id}`);
  return { profile, acts: timeline.items.filter((item): item is Act => item.kind === 'event') };
}

/**
 * What is there of somebody when all that was taken until now has been applied: events go one way, in the order of their
 * arrival, so that one of our own tells when those before it are there, also those that came twice.
 */
export async function settled(system: System, userId: string): Promise<Person> {
  expect((await system.collect([{ type: 'track', event: MARK, userId }])).status).toBe(200);
  const person = await eventually(async () => {
    const found = await personOf(system, userId);
    return found?.acts.some(({ name }) => name === MARK) && found;
  }, PATIENCE_S);
  return { ...person, acts: person.acts.filter(({ name }) => name !== MARK) };
}

export const named = (person: Person, event: string): Act[] => person.acts.filter(({ name }) => name === event);

export function countsOf({ acts }: Person): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name } of acts) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const saidAt = ({ properties }: Act): number | undefined =>
  isJsonObject(properties) && typeof properties['said'] === 'number' ? properties['said'] : undefined;

/** Every act that bears the caller's own time in `said` is at that time, give or take a second. */
export function expectTimesKept({ acts }: Person, toleranceMs = 1_000): void {
  const errors = acts.flatMap((act) => (saidAt(act) === undefined ? [] : [act.at - saidAt(act)!]));
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.filter((error) => Math.abs(error) > toleranceMs)).toEqual([]);
}
