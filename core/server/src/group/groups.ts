import { PlatformError, type GroupDetail, type GroupView, type MembershipView } from '@perennial/contract';
import type { DataSource } from 'typeorm';
import { LIVING_PROFILES, type Warehouse } from '../warehouse/index.js';
import type { Membership } from './group.state.js';
import { GROUP_ID } from './rules/group-of.js';
import type { StoredGroup } from './rules/statement.js';
import { listGroups, readGroups } from './store/group.store.js';

/** Groups as operators see them. */
export class Groups {
  constructor(private readonly tools: { dataSource: DataSource; warehouse: Warehouse }) {}

  async list(limit: number, after?: [number, string]): Promise<GroupView[]> {
    return (await listGroups(this.tools.dataSource.manager, limit, after)).map(viewOf);
  }

  /** Throws `GROUP_ABSENT`. */
  async get(id: string): Promise<GroupDetail> {
    const group = (await readGroups(this.tools.dataSource.manager, [id])).get(id);
    if (!group) throw new PlatformError('GROUP_ABSENT', 'there is no such group', { kind: 'absent', details: { id } });
    const [row] = await this.tools.warehouse.rows<{ members: number }>(
      `SELECT uniqExact(profile) AS members FROM person_events WHERE name = '$group' AND type = 'group'
       AND JSONExtractString(properties, '${GROUP_ID}') = {id:String} AND profile IN (SELECT profile FROM ${LIVING_PROFILES})`,
      { id },
    );
    return { ...viewOf(group), members: row!.members };
  }

  /** A person's groups with their names. */
  async ofPerson(memberships: readonly Membership[] = []): Promise<MembershipView[]> {
    if (memberships.length === 0) return [];
    const groups = await readGroups(
      this.tools.dataSource.manager,
      memberships.map(({ id }) => id),
    );
    return memberships.map(({ id, since, lastAt }) => {
      const group = groups.get(id);
      return { id, ...(group && nameOf(group)), since, lastAt };
    });
  }
}

const viewOf = (group: StoredGroup): GroupView => ({
  id: group.id,
  ...nameOf(group),
  firstSeenAt: group.firstSeenAt,
  lastSeenAt: group.lastSeenAt,
  traits: Object.entries(group.traits).flatMap(([key, { value, at, sourceId }]) =>
    value === null ? [] : [{ key, value, at, sourceId }],
  ),
});

function nameOf({ traits }: StoredGroup): { name?: string } {
  const name = Object.hasOwn(traits, 'name') ? traits['name']!.value : undefined;
  return typeof name === 'string' ? { name } : {};
}
