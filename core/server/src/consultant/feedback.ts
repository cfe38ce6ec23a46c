import type { JsonObject } from '@perennial/contract';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { selectIn } from '../database/index.js';
import { byAuthority, type IdentifierRef } from '../identity/index.js';
import { applyClaims, CONSULTANT_SOURCE, type Claimed, type IngestTools, type Outcome } from '../ingest/index.js';
import type { Counters } from '../ingest/store/counter.store.js';

export const CONTACTED = 'Consultant Contacted';
export const CLOSED = 'Consultation Closed';
export const REOPENED = 'Consultation Reopened';

export interface Told {
  profile: number;
  name: string;
  at: number;
  properties: JsonObject;
}

/**
 * What a consultant did becomes part of the person's history, by the steps that every event goes and in the transaction
 * of the act: a crash can neither lose nor double it, and tags and stages answer at once.
 */
export async function tellHistory(
  manager: EntityManager,
  counters: Counters,
  tools: IngestTools,
  { profile, name, at, properties }: Told,
): Promise<Outcome | undefined> {
  await tools.refresh(manager, counters.peek('definition'));
  const book = await tools.rulebooks.at(manager, counters.revision);
  const held = await selectIn<IdentifierRef>(manager, {
    table: 'identifier',
    columns: ['hash', 'kind', 'namespace'],
    where: 'profile_id',
    values: [profile],
  });
  const [identifier] = held.sort(byAuthority(book.kinds));
  // Whose every identifier was barred cannot be named by an event; the assignment's own history has the act.
  if (!identifier) return undefined;
  return applyClaims(manager, [claimOf(name, at, properties, identifier)], new Map(), { book, counters, tools });
}

function claimOf(name: string, at: number, properties: JsonObject, identifier: IdentifierRef): Claimed {
  const envelope = { type: 'track' as const, event: name, properties };
  const event = {
    eventId: randomUUID(),
    sourceId: CONSULTANT_SOURCE,
    type: envelope.type,
    name,
    at,
    receivedAt: at,
    envelope,
  };
  return { event, identifiers: [identifier], rule: 'consultant' };
}
