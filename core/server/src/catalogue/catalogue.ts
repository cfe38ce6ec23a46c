import { PlatformError, type CatalogueImport, type CatalogueObject, type ObjectType } from '@perennial/contract';
import type { DataSource, EntityManager } from 'typeorm';
import { retrying } from '../database/index.js';
import { Counters } from '../ingest/store/counter.store.js';
import { CATALOGUE } from './catalogue.errors.js';
import { decoded, readCatalogue } from './rules/csv.js';
import { objectProblem } from './rules/object.js';
import { findObjects, pageOfObjects, saveObjects } from './store/object.store.js';

interface Tools {
  dataSource: DataSource;
  now: () => number;
}

/** Products, contents and channels: what the enterprise knows of what its customers see and buy. */
export class Catalogue {
  constructor(private readonly tools: Tools) {}

  /** Objects in order of their ids; one more than `limit` where there are more. */
  list(type: ObjectType, sought: string, after: string, limit: number): Promise<CatalogueObject[]> {
    return pageOfObjects(this.tools.dataSource.manager, type, { sought, after, limit: limit + 1 });
  }

  /** Throws `CATALOGUE_OBJECT_ABSENT`. */
  async get(type: ObjectType, id: string): Promise<CatalogueObject> {
    const [object] = await findObjects(this.tools.dataSource.manager, type, [id]);
    if (object) return object;
    throw absent(type, id);
  }

  /** Saves all of them or, when one of them is not right, none. */
  async save(type: ObjectType, objects: CatalogueObject[]): Promise<number> {
    objects.forEach((object, i) => {
      const problem = objectProblem(object);
      if (problem) throw new PlatformError('REQUEST_INVALID', `objects.${i}: ${problem}`, { kind: 'invalid' });
    });
    const byId = new Map(objects.map((object) => [object.id, object]));
    await this.change((manager) => saveObjects(manager, type, [...byId.values()], this.tools.now()));
    return byId.size;
  }

  async import(type: ObjectType, file: Uint8Array): Promise<CatalogueImport> {
    const { objects, refused } = readCatalogue(decoded(file));
    if (objects.length > 0) await this.change((manager) => saveObjects(manager, type, objects, this.tools.now()));
    return { saved: objects.length, refused };
  }

  /** What events say of it stays as it was. Throws `CATALOGUE_OBJECT_ABSENT`. */
  async remove(type: ObjectType, id: string): Promise<void> {
    await this.get(type, id);
    await this.change((manager) => manager.query('DELETE FROM catalogue_object WHERE type = ? AND id = ?', [type, id]));
  }

  /** In turn with ingest, which then reads the catalogue anew. */
  private async change(work: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    await retrying(() =>
      this.tools.dataSource.transaction(async (manager) => {
        const counters = await Counters.open(manager);
        counters.take('catalogue');
        await work(manager);
        await counters.close();
      }),
    );
  }
}

const absent = (type: ObjectType, id: string): PlatformError =>
  new PlatformError(CATALOGUE.OBJECT_ABSENT, `the catalogue has no ${type} ${id}`, {
    kind: 'absent',
    details: { type, id },
  });
