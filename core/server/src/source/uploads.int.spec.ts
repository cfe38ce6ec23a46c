import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlatformError } from '@perennial/contract';
import { definePlugin, Source, type FileBatch, type FileRef, type FileShape, type FileSource } from '@perennial/kit';
import { describeStores } from '@perennial/testing';
import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImportStore } from './imports.store.js';
import { openTestPlatform, type TestPlatform } from '../steward/fixture/platform.fixture.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KEY = 'lines';

class NoOptions {}

/** A file without a row, which is read at once. */
@Source({ key: KEY, title: { zh: '行', en: 'Lines' } })
class Lines implements FileSource {
  async inspect(file: FileRef): Promise<FileShape> {
    if (readFileSync(file.path, 'utf8').startsWith('broken'))
      throw new PlatformError('LINES_BROKEN', 'no lines', { kind: 'invalid' });
    return { format: { encoding: 'utf-8', delimiter: ',' }, columns: [], sample: [], proposal: {} };
  }

  async *read(): AsyncIterable<FileBatch> {}
}

const lines = definePlugin({
  name: 'lines',
  version: '0.1.0',
  title: { zh: '行', en: 'Lines' },
  requires: { core: '^0.1.0' },
  options: NoOptions,
  sources: [Lines],
});

describeStores('files that people handed in', (open) =>
  describe('on a whole platform', () => {
    let test: TestPlatform;
    let files: string;
    beforeAll(async () => {
      test = await openTestPlatform((await open()).url, [lines()]);
      files = join(test.platform.options.config.dataDir, 'files');
      await test.platform.imports.uploads.clearIncoming();
    }, 60_000);
    afterAll(() => test.close(), 60_000);

    let n = 0;
    const came = (text = 'plain 13912345678') => {
      const path = join(files, 'incoming', `up${n++}`);
      writeFileSync(path, text);
      return path;
    };
    const take = (path = came(), name = 'a.csv') => test.platform.imports.takeFile(KEY, path, name);
    const isKept = (fileId: string) => existsSync(join(files, fileId, 'content'));
    const sweep = () => test.platform.imports.uploads.sweep();
    const imported = async (fileId: string) => {
      const { id } = await test.platform.imports.start(KEY, fileId, 'run', {});
      while ((await test.platform.imports.get(id)).status === 'running') await new Promise((go) => setTimeout(go, 10));
      return id;
    };

    it('go a day after nobody imported them, and a week after their import', async () => {
      const [unused, used] = [await take(), await take()];
      const id = await imported(used.fileId);
      test.clock.now += DAY - HOUR;
      await sweep();
      expect([isKept(unused.fileId), isKept(used.fileId)]).toEqual([true, true]);
      test.clock.now += HOUR;
      await sweep();
      expect([isKept(unused.fileId), isKept(used.fileId)]).toEqual([false, true]);
      test.clock.now += 6 * DAY;
      await sweep();
      expect(isKept(used.fileId)).toBe(false);
      expect(await test.platform.imports.get(id)).toMatchObject({ status: 'done', file: { name: 'a.csv' } });
    });

    it('that are refused are not kept at all, whatever refuses them', async () => {
      const [strange, broken] = [came(), came('broken 13912345678')];
      await expect(test.platform.imports.takeFile('none', strange, 'b.csv')).rejects.toMatchObject({
        code: 'SOURCE_FILE_SOURCE_ABSENT',
      });
      await expect(take(broken)).rejects.toMatchObject({ code: 'LINES_BROKEN' });
      expect([existsSync(strange), existsSync(broken)]).toEqual([false, false]);
      await sweep();
    });

    it('take no more room than they may', async () => {
      const wide = came();
      truncateSync(wide, test.platform.options.config.uploadMaxMb * 1_048_576 + 1);
      await expect(take(wide)).rejects.toMatchObject({ code: 'SOURCE_FILES_FULL' });
      expect(existsSync(wide)).toBe(false);
    });

    it('are deleted by an operator at once, never under a run, and their names are masked', async () => {
      const file = await take(came(), '13912345678的订单.csv');
      expect(file.name).toBe('139****78的订单.csv');
      const id = await imported(file.fileId);
      await new ImportStore(test.platform.dataSource).setStatus(id, 'running');
      await expect(test.platform.imports.removeFile(file.fileId)).rejects.toMatchObject({
        code: 'SOURCE_FILE_IN_USE',
      });
      await new ImportStore(test.platform.dataSource).setStatus(id, 'cancelled', test.clock.now);
      await test.platform.imports.removeFile(file.fileId);
      expect(isKept(file.fileId)).toBe(false);
      await expect(test.platform.imports.resume(id)).rejects.toMatchObject({ code: 'SOURCE_FILE_ABSENT' });
      await expect(test.platform.imports.removeFile('../../record.db')).rejects.toMatchObject({
        code: 'SOURCE_FILE_ABSENT',
      });
    });

    it('and what was coming in when core went down is cleared at the next start', async () => {
      mkdirSync(join(files, 'incoming'), { recursive: true });
      const path = came();
      await test.platform.imports.uploads.clearIncoming();
      expect(existsSync(path)).toBe(false);
      expect(statSync(join(files, 'incoming')).isDirectory()).toBe(true);
    });
  }),
);
