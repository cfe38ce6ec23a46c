import type { CatalogueObject, ObjectType } from '@perennial/contract';
import type { EntityManager } from 'typeorm';
import { upsertRows } from '../../database/index.js';

export interface ObjectRow {
  id: string;
  name: string;
  doc: string;
  updated_at: number;
}

const COLUMNS = '`id`, `name`, `doc`, `updated_at`';
const IDS_A_STATEMENT = 500;

export const toObject = ({ id, name, doc, updated_at }: ObjectRow): CatalogueObject => ({
  id,
  name,
  ...(JSON.parse(doc) as Pick<CatalogueObject, 'facts' | 'tags'>),
  updatedAt: updated_at,
});

/** Those of the ids that there are. */
export async function findObjects(
  manager: EntityManager,
  type: ObjectType,
  ids: readonly string[],
): Promise<CatalogueObject[]> {
  const found: CatalogueObject[] = [];
  for (let from = 0; from < ids.length; from += IDS_A_STATEMENT) {
    const part = ids.slice(from, from + IDS_A_STATEMENT);
    const marks = part.map(() => '?').join(',');
    const sql = `SELECT ${COLUMNS} FROM catalogue_object WHERE type = ? AND id IN (${marks})`;
    found.push(...(await manager.query<ObjectRow[]>(sql, [type, ...part])).map(toObject));
  }
  return found;
}

/** A page in order of the ids; `sought` is part of an id or a name. */
export async function pageOfObjects(
  manager: EntityManager,
  type: ObjectType,
  { sought, after, limit }: { sought: string; after: string; limit: number },
): Promise<CatalogueObject[]> {
  const pattern = `%${sought.replace(/[!%_]/g, '!$&')}%`;
  const rows = await manager.query<ObjectRow[]>(
    `SELECT ${COLUMNS} FROM catalogue_object WHERE type = ? AND id > ?
     AND (id LIKE ? ESCAPE '!' OR name LIKE ? ESCAPE '!') ORDER BY id LIMIT ${Math.trunc(limit)}`,
    [type, after, pattern, pattern],
  );
  return rows.map(toObject);
}

export const saveObjects = (
  manager: EntityManager,
  type: ObjectType,
  objects: readonly CatalogueObject[],
  now: number,
): Promise<void> =>
  upsertRows(
    manager,
    'catalogue_object',
    ['type', 'id'],
    ['type', 'id', 'name', 'doc', 'updated_at'],
    objects.map(({ id, name, facts, tags }) => [type, id, name, JSON.stringify({ facts, tags }), now]),
  );
