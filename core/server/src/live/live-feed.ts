import { placeKey, type LiveEvent } from '@perennial/contract';
import type { Outcome } from '../ingest/index.js';
import { publicId } from '../profile/profile.id.js';

type Listener = (event: LiveEvent) => void;

/** Most that an operator can take in; the rest of a second is counted and not sent. */
const PER_SECOND = 20;

/** What has just been applied, for those who watch. Costs nothing while nobody does. */
export class LiveFeed {
  private readonly listeners = new Set<Listener>();
  private second = 0;
  private sent = 0;
  private dropped = 0;

  constructor(private readonly now: () => number) {}

  /** Returns the removal. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  publish(outcome: Outcome): void {
    if (this.listeners.size === 0) return;
    const room = this.roomLeft(outcome.applied.length);
    // The newest are the interesting ones of a large batch.
    for (const applied of room > 0 ? outcome.applied.slice(-room) : [])
      this.send(liveEvent(applied, outcome, this.dropped));
  }

  private roomLeft(wanted: number): number {
    const second = Math.floor(this.now() / 1000);
    if (second !== this.second) Object.assign(this, { second, sent: 0, dropped: 0 });
    const room = Math.min(wanted, PER_SECOND - this.sent);
    this.sent += room;
    this.dropped += wanted - room;
    return room;
  }

  private send(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

function liveEvent(
  { event, profile }: Outcome['applied'][number],
  { moves, tags }: Outcome,
  dropped: number,
): LiveEvent {
  const byThis = (ref: string | undefined, of: number) => of === profile && ref === event.eventId;
  return {
    eventId: event.eventId,
    profileId: publicId(profile),
    type: event.type,
    name: event.name,
    sourceId: event.sourceId,
    at: event.at,
    receivedAt: event.receivedAt,
    moves: moves
      .filter((move) => byThis(move.change.reason.ref, move.profile))
      .map(({ change }) => ({
        lifecycle: change.lifecycle,
        ...(change.from && { from: placeKey(change.from) }),
        to: placeKey(change.to),
      })),
    tags: tags
      .filter((tag) => byThis(tag.change.evidence, tag.profile))
      .map(({ change }) => ({ key: change.tag, value: change.to ?? null })),
    ...(dropped > 0 && { dropped }),
  };
}
