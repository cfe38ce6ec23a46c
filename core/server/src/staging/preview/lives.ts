import type {
  JsonObject,
  LifecycleDefinition,
  LifecyclePreview,
  StagePeople,
  TagDefinition,
} from '@perennial/contract';
import { advance, applyEvent, noEffects, type Program } from '../../fold/fold.js';
import { plainLifecycle, renamed, withThoseRead, type Move } from '../../lifecycle/index.js';
import { emptyState } from '../../profile/state.js';
import { compileTags, type Hidden } from '../../tag/index.js';
import type { Zone } from '../../time/zone.js';

/** An event of history, in order of arrival within its person. */
export interface LivedEvent {
  profile: number;
  at: number;
  name: string;
  type: string;
  source_id: string;
  passed_to: number;
  properties: string;
  traits: string;
}

const BEFORE = 'before';
const AFTER = 'after';
const YEAR = 365 * 86_400_000;
const MONTHS = 12;

/** Two versions of a lifecycle over the same lives, event by event and with time passing between, as in ingest. */
export class SideBySide {
  readonly months: { month: string; end: number; before: StagePeople; after: StagePeople }[];
  moves = { [BEFORE]: 0, [AFTER]: 0 };
  people = 0;
  private readonly program: Program;

  constructor(
    versions: { before: LifecycleDefinition; after: LifecycleDefinition; others: readonly LifecycleDefinition[] },
    tags: TagDefinition[],
    zone: Zone,
    private readonly now: number,
  ) {
    const hidden: Hidden = new Map();
    const both = [renamed(versions.before, BEFORE), renamed(versions.after, AFTER)];
    const lifecycles = withThoseRead(both, versions.others).map((one) => plainLifecycle(one, hidden));
    this.program = { tags: compileTags(tags, zone, hidden), lifecycles, audiences: [] };
    this.months = monthEnds(zone, now).map((end) => ({
      month: zone.dateOf(end - 1).slice(0, 7),
      end,
      before: {},
      after: {},
    }));
  }

  /** One person's whole life. */
  live(events: readonly LivedEvent[]): void {
    const [first] = events;
    if (!first) return;
    this.people += 1;
    const state = emptyState(first.profile, first.at);
    const effects = noEffects();
    for (const event of events) applyEvent(state, observed(event), this.program, effects);
    advance(state, this.now, this.program, effects);
    for (const key of [BEFORE, AFTER] as const)
      this.take(
        key,
        effects.moves.filter(({ lifecycle }) => lifecycle === key),
      );
  }

  result(of: number): LifecyclePreview['history'] {
    return {
      people: this.people,
      of,
      months: this.months.map(({ month, before, after }) => ({ month, before, after })),
      movesBefore: this.moves[BEFORE],
      movesAfter: this.moves[AFTER],
    };
  }

  private take(key: 'before' | 'after', moves: readonly Move[]): void {
    this.moves[key] += moves.filter(({ at, from }) => from && at > this.now - YEAR).length;
    for (const month of this.months) {
      const last = moves.findLast(({ at }) => at < month.end);
      if (last) month[key][last.to.stage] = (month[key][last.to.stage] ?? 0) + 1;
    }
  }
}

function observed({ at, name, source_id, passed_to, properties, traits, type }: LivedEvent) {
  return {
    ref: '',
    at,
    name,
    sourceId: source_id,
    passedTo: passed_to,
    properties: JSON.parse(properties) as JsonObject,
    traits: type === 'identify' ? (JSON.parse(traits) as JsonObject) : {},
  };
}

/** The ends of the last twelve months, the running one last, by the platform's calendar. */
function monthEnds(zone: Zone, now: number): number[] {
  const today = new Date(zone.dayOf(now) * 86_400_000);
  return Array.from({ length: MONTHS }, (_, i) => {
    const first = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - (MONTHS - 1 - i) + 1, 1);
    return zone.startOf(first / 86_400_000);
  });
}
