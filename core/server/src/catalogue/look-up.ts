import { isJsonObject, OBJECT_TYPES, type CatalogueObject, type Envelope, type ObjectType } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import { joined } from './rules/join.js';
import { namedIn, type Named } from './rules/named.js';
import { findObjects } from './store/object.store.js';

/** Objects, known or not, that are kept in memory; then all are forgotten and read again as they are named. */
const MAX_KEPT = 50_000;

type Kept = Map<string, CatalogueObject | null>;

/** What the catalogue knows, for events on their way in. Read by the batch, kept until somebody changes the catalogue. */
export class LookUp {
  private revision: number | undefined;
  private kept = emptied();

  /** The envelopes with what was known of the objects they name, in the same order. */
  async join(manager: EntityManager, envelopes: readonly Envelope[], revision: number): Promise<Envelope[]> {
    if (revision !== this.revision) this.kept = emptied();
    this.revision = revision;
    const named = envelopes.map(({ properties, context }) => namedIn(properties ?? {}, campaignSource(context)));
    for (const type of OBJECT_TYPES) await this.read(manager, type, idsOf(named, type));
    return envelopes.map((envelope, i) => {
      if (!envelope.properties && named[i]!.size === 0) return envelope;
      const find = (type: ObjectType, id: string) => this.kept[type].get(id) ?? undefined;
      return { ...envelope, properties: joined(envelope.properties ?? {}, named[i]!, find) };
    });
  }

  private async read(manager: EntityManager, type: ObjectType, ids: Set<string>): Promise<void> {
    if (this.kept[type].size + ids.size > MAX_KEPT) this.kept[type] = new Map();
    const kept = this.kept[type];
    const missing = [...ids].filter((id) => !kept.has(id));
    if (missing.length === 0) return;
    const found = new Map((await findObjects(manager, type, missing)).map((object) => [object.id, object]));
    for (const id of missing) kept.set(id, found.get(id) ?? null);
  }
}

const emptied = (): Record<ObjectType, Kept> => ({ product: new Map(), content: new Map(), channel: new Map() });

const idsOf = (named: ReadonlyMap<ObjectType, Named[]>[], type: ObjectType): Set<string> =>
  new Set(named.flatMap((objects) => objects.get(type)?.map(({ id }) => id) ?? []));

function campaignSource(context: Envelope['context']) {
  const campaign = context?.['campaign'];
  return isJsonObject(campaign) ? campaign['source'] : undefined;
}
