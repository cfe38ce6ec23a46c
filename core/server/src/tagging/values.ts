import { PlatformError, type Json, type ManualValueAnswer, type TagDefinition } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { retrying } from '../database/index.js';
import type { Definitions } from '../fold/definitions.js';
import { assignAll, type IngestTools, type Outcome } from '../ingest/index.js';
import { writeOutcome } from '../ingest/ingest.transaction.js';
import { Counters } from '../ingest/store/counter.store.js';
import type { Profiles } from '../profile/profiles.js';
import { loadStates } from '../profile/store/profile.store.js';
import { fit, TAG } from '../tag/index.js';
import { absent } from './releases.js';

interface Tools {
  dataSource: DataSource;
  definitions: Definitions;
  profiles: Profiles;
  ingestTools: () => IngestTools;
  afterCommit: (outcome: Outcome) => void;
}

export interface ManualValue {
  profile: string;
  /** `null` takes the value away. */
  value: Json;
  /** Epoch ms. */
  expiresAt?: number | undefined;
}

/** Values that people set or bring from elsewhere, for tags that say so. */
export class ManualValues {
  constructor(private readonly tools: Tools) {}

  /** Answers per item, in order; an item that cannot be set does not hold up the others. */
  async set(key: string, items: ManualValue[], by: string): Promise<ManualValueAnswer[]> {
    const tag = this.tools.definitions.tagList().find((known) => known.key === key);
    if (!tag) throw absent(key);
    if (tag.computation.kind !== 'manual')
      throw new PlatformError(TAG.NOT_MANUAL, `tag ${key} is computed and cannot be set`, { kind: 'conflict' });
    const wanted = new Map<number, ManualValue>();
    const answers: ManualValueAnswer[] = [];
    for (const item of items) answers.push(await this.take(item, tag, wanted));
    if (wanted.size > 0) await this.write(key, wanted, by);
    return answers;
  }

  private async take(
    item: ManualValue,
    tag: TagDefinition,
    wanted: Map<number, ManualValue>,
  ): Promise<ManualValueAnswer> {
    const { profile } = item;
    if (item.value !== null && fit(item.value, tag) === undefined)
      return { profile, ok: false, code: TAG.VALUE_INVALID, message: `is no ${tag.valueType} of tag ${tag.key}` };
    try {
      wanted.set(await this.tools.profiles.resolve(profile), item);
      return { profile, ok: true };
    } catch (error) {
      if (!(error instanceof PlatformError) || error.kind !== 'absent') throw error;
      return { profile, ok: false, code: error.code, message: error.message };
    }
  }

  private async write(key: string, wanted: Map<number, ManualValue>, by: string): Promise<void> {
    const { dataSource, ingestTools, afterCommit } = this.tools;
    const outcome = await retrying(() =>
      dataSource.transaction(async (manager) => {
        const tools = ingestTools();
        const counters = await Counters.open(manager);
        await tools.refresh(manager, counters.peek('definition'));
        const states = await loadStates(manager, [...wanted.keys()]);
        const done = assignAll(
          [...states.values()],
          (profile) => ({ [key]: wanted.get(profile)!.value }),
          tools.now(),
          `manual:${by}`,
          tools.program,
          (profile) => wanted.get(profile)!.expiresAt,
        );
        await writeOutcome(manager, done, tools, counters);
        await counters.close();
        return done;
      }),
    );
    afterCommit(outcome);
  }
}
