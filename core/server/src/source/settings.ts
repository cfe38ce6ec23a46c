import {
  BLANK_PLAN,
  compilePlan,
  defaultPolicy,
  PlatformError,
  SAFE_PERSONAL,
  type CarriedPolicy,
  type PersonalPolicy,
  type PlanCheck,
  type SourcePolicy,
  type SourceSettings,
} from '@perennial/contract';
import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { insertRows, isDuplicateKey } from '../database/index.js';
import { Counters } from '../ingest/store/counter.store.js';
import { policyProblems } from './rules/policy.shape.js';
import { SOURCE_ERRORS } from './source.errors.js';
import type { Zone } from '../time/zone.js';
import { VERSION } from '../version.js';
import type { Sources } from './sources.js';

interface Stored {
  source_id: string;
  revision: number;
  policy: string;
  updated_at: number;
  updated_by: string;
}

interface Tools {
  dataSource: DataSource;
  sources: Sources;
  /** A keyed hash; what is made of it is as secret as the look-up key. */
  hash: (text: string) => string;
  now: () => number;
  zone: Zone;
}

const NEWEST = `SELECT s.* FROM source_settings s JOIN
  (SELECT source_id, MAX(revision) AS revision FROM source_settings GROUP BY source_id) newest
  ON newest.source_id = s.source_id AND newest.revision = s.revision`;

const REVISIONS = `SELECT source.id, source.kind, MAX(s.revision) AS revision FROM source
  LEFT JOIN source_settings s ON s.source_id = source.id GROUP BY source.id, source.kind ORDER BY source.id`;

/** What operators set for their sources. Every revision is kept; collectors ask for what is in force. */
export class Settings {
  constructor(private readonly tools: Tools) {}

  async get(sourceId: string): Promise<SourceSettings> {
    const { kind } = await this.tools.sources.get(sourceId);
    const [row] = await this.tools.dataSource.query<Stored[]>(`${NEWEST} WHERE s.source_id = ?`, [sourceId]);
    return row ? viewOf(row, kind) : { ...defaultPolicy(kind), revision: 0 };
  }

  /** Puts a policy in force over the revision that the operator saw. Throws `SOURCE_SETTINGS_CHANGED` when somebody was first. */
  async save(sourceId: string, policy: SourcePolicy, revision: number, by: string): Promise<SourceSettings> {
    const problems = policyProblems(policy);
    if (problems.length > 0)
      throw new PlatformError(SOURCE_ERRORS.SETTINGS_INVALID, problems[0]!.message.en, {
        kind: 'invalid',
        details: { problems },
      });
    const current = await this.get(sourceId);
    if (current.revision !== revision) throw changed(sourceId);
    const row = [sourceId, revision + 1, JSON.stringify(policy), this.tools.now(), by];
    try {
      await this.tools.dataSource.transaction((manager) => putInForce(manager, row));
    } catch (error) {
      throw isDuplicateKey(error) ? changed(sourceId) : error;
    }
    return this.get(sourceId);
  }

  /** Changes with anything that collectors are told: keys, sources, settings, and what this version makes of them. */
  async tag(): Promise<string> {
    const { dataSource } = this.tools;
    const [keys, revisions] = await Promise.all([
      dataSource.query<object[]>('SELECT hash, source_id FROM write_key ORDER BY id'),
      dataSource.query<object[]>(REVISIONS),
    ]);
    return createHash('sha256')
      .update(JSON.stringify([VERSION, this.tools.zone.name, keys, revisions]))
      .digest('base64url');
  }

  /** What collectors act by, for every source. */
  async carried(): Promise<Record<string, CarriedPolicy>> {
    const rows = await this.tools.dataSource.query<Stored[]>(NEWEST);
    const stored = new Map(rows.map((row) => [row.source_id, row]));
    const sources = await this.tools.sources.kinds();
    return Object.fromEntries(sources.map(({ id, kind }) => [id, this.carriedOf(id, kind, stored.get(id))]));
  }

  /** The plan that refuses events of a source; undefined while none does. */
  async blockingPlan(sourceId: string): Promise<PlanCheck | undefined> {
    const [row] = await this.tools.dataSource.query<Stored[]>(`${NEWEST} WHERE s.source_id = ?`, [sourceId]);
    const plan = row ? policyOf(row, '').plan : BLANK_PLAN;
    return plan.mode === 'block' ? compilePlan(plan) : undefined;
  }

  private carriedOf(id: string, kind: string, row: Stored | undefined): CarriedPolicy {
    const policy = row ? policyOf(row, kind) : defaultPolicy(kind);
    const { hash, zone } = this.tools;
    return { ...policy, revision: row?.revision ?? 0, hashKey: hash(`scrub\n${id}`), timeZone: zone.name };
  }
}

/** Ingest of every core reads the settings again when the counter has moved. */
async function putInForce(manager: EntityManager, row: unknown[]): Promise<void> {
  const counters = await Counters.open(manager);
  await insertRows(manager, 'source_settings', COLUMNS, [row]);
  counters.take('settings');
  await counters.close();
}

const COLUMNS = ['source_id', 'revision', 'policy', 'updated_at', 'updated_by'];

const changed = (id: string): PlatformError =>
  new PlatformError(SOURCE_ERRORS.SETTINGS_CHANGED, 'somebody else has changed the settings; read them again', {
    kind: 'conflict',
    details: { id },
  });

/** What a later version adds has its default. */
function policyOf({ policy }: Stored, kind: string): SourcePolicy {
  const stored = JSON.parse(policy) as Partial<SourcePolicy>;
  return { ...defaultPolicy(kind), ...stored, personal: personalOf(stored) };
}

const personalOf = ({ personal }: Partial<SourcePolicy>): PersonalPolicy => ({
  ...SAFE_PERSONAL,
  ...personal,
  acts: { ...SAFE_PERSONAL.acts, ...personal?.acts },
});

/** What may be kept of the events of every source that has settings. */
export async function newestPersonal(
  manager: EntityManager,
): Promise<{ sourceId: string; personal: PersonalPolicy }[]> {
  const rows = await manager.query<Stored[]>(NEWEST);
  return rows.map(({ source_id: sourceId, policy }) => ({
    sourceId,
    personal: personalOf(JSON.parse(policy) as Partial<SourcePolicy>),
  }));
}

const viewOf = (row: Stored, kind: string): SourceSettings => ({
  ...policyOf(row, kind),
  revision: row.revision,
  updatedAt: row.updated_at,
  updatedBy: row.updated_by,
});
