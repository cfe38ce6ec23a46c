import { cut, type ImportStatus, type ImportView, type JsonObject, type RowProblem } from '@perennial/contract';
import type { FileRef } from '@perennial/kit';
import { basename, dirname } from 'node:path';
import type { DataSource, EntityManager } from 'typeorm';
import { insertIgnoreRows, insertRows, selectIn } from '../database/index.js';
import { ROW_REFUSED } from '../quarantine/quarantine.store.js';
import type { KeptProblem } from './rules/problem-file.js';

export interface Progress {
  line: number;
  bytes: number;
  read: number;
  events: number;
  skipped: number;
  failed: number;
  reasons: Record<string, number>;
}

export interface ImportRun {
  id: string;
  title: string;
  source: string;
  sourceId: string;
  file: FileRef;
  mapping: JsonObject;
  status: ImportStatus;
  progress: Progress;
  error: string | null;
  createdAt: number;
  finishedAt: number | null;
}

interface StoredRun {
  id: string;
  title: string;
  source: string;
  source_id: string;
  file: string;
  mapping: string;
  status: ImportStatus;
  progress: string;
  error: string | null;
  created_at: number;
  finished_at: number | null;
}

export const NO_PROGRESS: Progress = { line: 0, bytes: 0, read: 0, events: 0, skipped: 0, failed: 0, reasons: {} };

/** Import runs and the reasons of the rows that failed. What those hold stays in the file alone. */
export class ImportStore {
  constructor(private readonly dataSource: DataSource) {}

  insert(run: ImportRun): Promise<void> {
    const row = [
      run.id,
      run.title,
      run.source,
      run.sourceId,
      JSON.stringify(run.file),
      JSON.stringify(run.mapping),
      run.status,
      JSON.stringify(run.progress),
      run.createdAt,
    ];
    const columns = ['id', 'title', 'source', 'source_id', 'file', 'mapping', 'status', 'progress', 'created_at'];
    return insertRows(this.dataSource.manager, 'import_run', columns, [row]);
  }

  async get(id: string): Promise<ImportRun | undefined> {
    const [row] = await this.dataSource.query<StoredRun[]>('SELECT * FROM import_run WHERE id = ?', [id]);
    return row && readRun(row);
  }

  async list(): Promise<ImportRun[]> {
    return (
      await this.dataSource.query<StoredRun[]>('SELECT * FROM import_run ORDER BY created_at DESC, id LIMIT 200')
    ).map(readRun);
  }

  /** Of every run: which file it reads. */
  async files(): Promise<{ fileId: string; status: ImportStatus; finishedAt: number | null }[]> {
    const rows = await this.dataSource.query<Pick<StoredRun, 'file' | 'status' | 'finished_at'>[]>(
      'SELECT file, status, finished_at FROM import_run ORDER BY created_at, id',
    );
    return rows.map(({ file, status, finished_at: finishedAt }) => ({ fileId: fileIdOf(file), status, finishedAt }));
  }

  async setStatus(
    id: string,
    status: ImportStatus,
    finishedAt: number | null = null,
    error: string | null = null,
  ): Promise<void> {
    const sql = 'UPDATE import_run SET status = ?, finished_at = ?, error = ? WHERE id = ?';
    await this.dataSource.query(sql, [status, finishedAt, error === null ? null : cut(error, 255), id]);
  }

  /** Written in the transaction that applies the rows, so that the cursor is never ahead of them nor behind. */
  async advance(manager: EntityManager, id: string, progress: Progress, problems: RowProblem[]): Promise<void> {
    await manager.query('UPDATE import_run SET progress = ? WHERE id = ?', [JSON.stringify(progress), id]);
    const rows = problems.map(({ line, code, reason }) => [id, line, code, cut(reason.en, 255), cut(reason.zh, 255)]);
    await insertIgnoreRows(manager, 'import_problem', PROBLEM, rows);
  }

  /** How many events of each source could not be applied, beyond what the runs foresaw. */
  async setAside(sourceIds: string[]): Promise<Map<string, number>> {
    const { manager } = this.dataSource;
    const columns = ['source_id', 'bytes'];
    const used = { table: 'quarantine_use', columns, where: 'source_id', values: sourceIds };
    const some = (await selectIn<{ source_id: string; bytes: number }>(manager, used)).filter(({ bytes }) => bytes > 0);
    if (some.length === 0) return new Map();
    const rows = await manager.query<{ id: string; n: number | string }[]>(
      `SELECT source_id AS id, COUNT(*) AS n FROM quarantine WHERE source_id IN (${some.map(() => '?').join(',')})
        AND code <> ? GROUP BY source_id`,
      [...some.map((row) => row.source_id), ROW_REFUSED],
    );
    return new Map(rows.map(({ id, n }) => [id, Number(n)]));
  }

  /** In the order of the file, a page at a time. */
  async *allProblems(id: string): AsyncGenerator<KeptProblem> {
    const sql = `SELECT ${PROBLEM.join(', ')} FROM import_problem WHERE run_id = ? AND line > ? ORDER BY line LIMIT ?`;
    for (let after = -1; ;) {
      const page = await this.dataSource.query<StoredProblem[]>(sql, [id, after, PROBLEM_PAGE]);
      for (const { line, code, message: en, message_zh: zh } of page)
        yield { line, code, reason: { zh: zh ?? en, en }, isByRow: zh === null };
      if (page.length < PROBLEM_PAGE) return;
      after = page.at(-1)!.line;
    }
  }
}

const PROBLEM_PAGE = 1_000;
const PROBLEM = ['run_id', 'line', 'code', 'message', 'message_zh'];

interface StoredProblem {
  line: number;
  code: string;
  message: string;
  message_zh: string | null;
}

/** A file is kept in a folder of its own that is named by its id. */
const fileIdOf = (file: string): string => basename(dirname((JSON.parse(file) as FileRef).path));

const readRun = (row: StoredRun): ImportRun => ({
  id: row.id,
  title: row.title,
  source: row.source,
  sourceId: row.source_id,
  file: JSON.parse(row.file) as FileRef,
  mapping: JSON.parse(row.mapping) as JsonObject,
  status: row.status,
  progress: JSON.parse(row.progress) as Progress,
  error: row.error,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
});

/** What lies in quarantine was counted as an event when it was read. */
export const importView = ({ progress, file, ...run }: ImportRun, setAside: number): ImportView => ({
  id: run.id,
  title: run.title,
  source: run.source,
  fileName: file.name,
  status: run.status,
  totalBytes: file.bytes,
  readBytes: progress.bytes,
  read: progress.read,
  events: progress.events - setAside,
  skipped: progress.skipped,
  failed: progress.failed + setAside,
  setAside,
  reasons: Object.entries(progress.reasons).map(([reason, rows]) => ({ reason, rows })),
  ...(run.error !== null && { error: run.error }),
  createdAt: run.createdAt,
  ...(run.finishedAt !== null && { finishedAt: run.finishedAt }),
});
