import { describe, expect, it } from '@jest/globals';
import { checkEnvelope } from '@perennial/contract';
import type { FileBatch, FileRef, FileSource } from '@perennial/kit';

export interface FileSourceCase<M extends object> {
  source: FileSource<M>;
  /** A file with at least ten rows, opened anew for each test. */
  file: () => FileRef;
  mapping: M;
}

/** What core relies on when it imports: determinism, exact resumption, and an end for every row. */
export function describeFileSource<M extends object>(
  title: string,
  { source, file, mapping }: FileSourceCase<M>,
): void {
  const batchesFrom = async (line: number, bytes: number, rows = 3): Promise<FileBatch[]> => {
    const batches: FileBatch[] = [];
    for await (const batch of source.read(file(), mapping, { line, bytes }, rows)) batches.push(batch);
    return batches;
  };
  const rowsOf = (batches: FileBatch[]) => batches.flatMap(({ rows }) => rows);

  describe(`file source ${title}`, () => {
    it('reads the same twice, in batches no larger than asked for', async () => {
      const batches = await batchesFrom(0, 0);
      expect(batches.every(({ rows }) => rows.length <= 3)).toBe(true);
      expect(rowsOf(await batchesFrom(0, 0, 1000))).toEqual(rowsOf(batches));
    });

    it('goes on at every cursor with exactly the rows that were left', async () => {
      const whole = await batchesFrom(0, 0);
      for (const [n, { cursor }] of whole.entries())
        expect(rowsOf(await batchesFrom(cursor.line, cursor.bytes))).toEqual(rowsOf(whole.slice(n + 1)));
    });

    it('numbers its rows and makes envelopes that the platform accepts, each with an id of its own', async () => {
      const rows = rowsOf(await batchesFrom(0, 0));
      expect(rows.length).toBeGreaterThanOrEqual(10);
      expect(rows.every(({ line }, n) => n === 0 || line > rows[n - 1]!.line)).toBe(true);
      const envelopes = rows.flatMap((row) => (row.kind === 'event' ? [row.envelope] : []));
      expect(envelopes.filter((envelope) => !checkEnvelope(envelope, { receivedAt: Date.now() }).ok)).toEqual([]);
      expect(new Set(envelopes.map(({ messageId }) => messageId)).size).toBe(envelopes.length);
    });
  });
}
