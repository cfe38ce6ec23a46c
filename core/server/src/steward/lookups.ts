import type { ResolveAnswer, ResolveRequest } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { selectIn } from '../database/index.js';
import {
  directOf,
  identifierText,
  isPersonalKind,
  readIdentifier,
  type KeyRing,
  type Rulebook,
} from '../identity/index.js';
import type { IngestTools } from '../ingest/index.js';
import { publicId } from '../profile/profile.id.js';

interface Tools {
  dataSource: DataSource;
  keys: KeyRing;
  ingestTools: () => IngestTools;
}

/** Hashes in the order in which they are asked: an id that is a phone may stand as both. */
type Read = { hashes: string[] } | { refused: NonNullable<ResolveAnswer['results'][number]['refused']> };

/** Whose identifiers are, by their plain values; nothing is created. */
export class Lookups {
  constructor(private readonly tools: Tools) {}

  /** For each its kind where it is a phone or an e-mail, or stands for one as a hash does: these need the right to look up. */
  async direct(identifiers: ResolveRequest['identifiers']): Promise<(string | undefined)[]> {
    const { kinds } = await this.book();
    return identifiers.map(({ kind, value }) => {
      const known = kinds.get(kind);
      const meant = known && (directOf(known, value, kinds)?.kind ?? kind);
      return meant && isPersonalKind(meant, kinds) ? meant : undefined;
    });
  }

  async resolve(identifiers: ResolveRequest['identifiers']): Promise<ResolveAnswer> {
    const { dataSource } = this.tools;
    const book = await this.book();
    const reads = identifiers.map((identifier) => this.read(identifier, book));
    const rows = await selectIn<{ hash: string; profile_id: number }>(dataSource.manager, {
      table: 'identifier',
      columns: ['hash', 'profile_id'],
      where: 'hash',
      values: [...new Set(reads.flatMap((read) => ('hashes' in read ? read.hashes : [])))],
    });
    const holders = new Map(rows.map(({ hash, profile_id }) => [hash, profile_id]));
    return {
      results: reads.map((read) => {
        if ('refused' in read) return read;
        const holder = read.hashes.map((hash) => holders.get(hash)).find(Boolean);
        return holder ? { profileId: publicId(holder) } : {};
      }),
    };
  }

  private book(): Promise<Rulebook> {
    return this.tools.ingestTools().rulebooks.latest(this.tools.dataSource.manager);
  }

  private read({ kind, value, namespace = '' }: ResolveRequest['identifiers'][number], book: Rulebook): Read {
    const known = book.kinds.get(kind);
    if (!known) return { refused: 'unknown_kind' };
    const read = readIdentifier(known, value);
    if ('unfit' in read) return { refused: read.unfit };
    const direct = directOf(known, value, book.kinds);
    const forms = [...(direct ? [{ ...direct, namespace: '' }] : []), { kind, namespace, value: read.value }];
    const hashes = forms.map((form) => this.tools.keys.hash(identifierText(form)));
    const open = hashes.filter((hash) => !book.constraints.isBarred(hash));
    return open.length === 0 ? { refused: 'barred' } : { hashes: open };
  }
}
