import type { Envelope } from '@perennial/contract';
import { lifeOf, type Act } from './life.js';
import { personOf } from './people.js';
import { Random } from './random.js';

export interface DemoOptions {
  people: number;
  seed: number;
  /** Epoch ms; the year before it is told. */
  until: number;
}

/** An event as it is sent, with whose it truly is. */
export interface DemoEvent {
  person: number;
  sentAt: number;
  envelope: Envelope;
}

const YEAR = 365 * 86_400_000;
const DUPLICATE_SHARE = 0.01;
/** Lives are told again for each slice of the year, so that what 200,000 people do is never in memory at once. */
const PEOPLE_AT_ONCE = 20_000;

/** The brand's year in the order in which it is sent: late events come late, one in a hundred comes twice. */
export function* generate({ people, seed, until }: DemoOptions): Generator<DemoEvent> {
  const from = until - YEAR;
  const random = new Random(seed, -1);
  const slices = Math.ceil(people / PEOPLE_AT_ONCE);
  const border = (slice: number) => (slice === slices ? Infinity : from + (slice * YEAR) / slices);
  for (let slice = 0; slice < slices; slice++) {
    for (const event of told(people, seed, from, until, slice === 0 ? 0 : border(slice), border(slice + 1))) {
      yield event;
      if (random.chance(DUPLICATE_SHARE)) yield event;
    }
  }
}

function told(people: number, seed: number, from: number, until: number, low: number, high: number): DemoEvent[] {
  const events: DemoEvent[] = [];
  const isIn = ({ sentAt }: Act) => Math.min(sentAt, until) >= low && Math.min(sentAt, until) < high;
  for (let number = 0; number < people; number++)
    for (const act of lifeOf(personOf(seed, number), seed, from, until))
      if (isIn(act)) events.push({ person: number, sentAt: Math.min(act.sentAt, until), envelope: act.envelope });
  return events.sort((a, b) => a.sentAt - b.sentAt || a.person - b.person);
}
