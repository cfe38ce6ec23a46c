import type { EntityManager } from 'typeorm';
import type { Triggers } from '../activation/index.js';
import { insertRows } from '../database/index.js';
import type { Definitions } from '../fold/definitions.js';
import type { Releases } from '../tagging/index.js';

interface Tools {
  definitions: Definitions;
  triggers: Triggers;
  releases: Releases;
}

/**
 * Audiences that something hears are kept event by event, where their rule allows it: what they measure is counted for
 * everybody first, in the background, and whoever belongs already takes the place without being announced.
 */
export class LiveKeeping {
  constructor(private readonly tools: Tools) {}

  isLive(key: string): boolean {
    return this.tools.definitions.program.audiences.some((audience) => audience.key === key);
  }

  /** Called when a trigger or an audience changed. */
  async sync(by: string): Promise<void> {
    const { definitions, triggers, releases } = this.tools;
    const wanted = new Set(triggers.hearing.flatMap(({ cause }) => ('audience' in cause ? [cause.audience] : [])));
    if (!(await definitions.wouldChange(wanted))) return;
    await releases.keepLive((manager, below) => writeLive(manager, wanted, below), by);
  }
}

async function writeLive(manager: EntityManager, wanted: ReadonlySet<string>, below: number): Promise<void> {
  const rows = await manager.query<{ key: string }[]>('SELECT `key` FROM audience_live');
  const known = new Set(rows.map(({ key }) => key));
  for (const key of known)
    if (!wanted.has(key)) await manager.query('DELETE FROM audience_live WHERE `key` = ?', [key]);
  const added = [...wanted].filter((key) => !known.has(key)).map((key) => [key, below]);
  await insertRows(manager, 'audience_live', ['key', 'below'], added);
}
