import type { AudienceDefinition } from '@perennial/contract';
import type { EntityManager } from 'typeorm';

export async function readAudiences(manager: EntityManager): Promise<AudienceDefinition[]> {
  const rows = await manager.query<{ doc: string }[]>(
    'SELECT doc FROM audience_definition WHERE is_current = 1 ORDER BY `key`',
  );
  return rows.map(({ doc }) => JSON.parse(doc) as AudienceDefinition);
}

/** Key to the number of the first profile that was made after the audience became live. */
export async function readLive(manager: EntityManager): Promise<Map<string, number>> {
  const rows = await manager.query<{ key: string; below: number }[]>('SELECT `key`, below FROM audience_live');
  return new Map(rows.map(({ key, below }) => [key, below]));
}
