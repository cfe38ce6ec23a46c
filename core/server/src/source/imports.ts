import {
  cleanObject,
  cleanText,
  PlatformError,
  type DryRunResult,
  type FileOutline,
  type ImportView,
  type JsonObject,
} from '@perennial/contract';
import {
  readOptions,
  type FileBatch,
  type FileRef,
  type FileShape,
  type FileSource,
  type SourceFacts,
} from '@perennial/kit';
import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Host } from '../host/index.js';
import { SAFE_READING, type KindTable } from '../identity/index.js';
import { toEvent, type Batch, type Ingest, type PersonalRules } from '../ingest/index.js';
import type { Zone } from '../time/zone.js';
import type { HistoryGate } from '../timer/history-gate.js';
import { importView, NO_PROGRESS, type ImportRun, type ImportStore } from './imports.store.js';
import { problemLines } from './rules/problem-file.js';
import { checkedRow, type RowRules } from './rules/row-check.js';
import { problemsOf, tally } from './rules/tally.js';
import { SOURCE_ERRORS } from './source.errors.js';
import type { Sources } from './sources.js';
import type { Uploads } from './uploads.js';

const NO_SOURCE = '';
const BATCH_ROWS = 1_000;
const SAMPLE_EVENTS = 5;
const PROBLEMS_SHOWN = 100;

interface Tools {
  host: Host;
  store: ImportStore;
  sources: Sources;
  ingest: Ingest;
  gate: HistoryGate;
  /** The kinds of identifiers in force now. */
  kinds: () => Promise<KindTable>;
  personal: Pick<PersonalRules, 'of'>;
  zone: Zone;
  /** Where handed-in files are kept. */
  uploads: Uploads;
  now: () => number;
  onError: (error: unknown) => void;
}

/**
 * File imports as durable runs: the cursor is written in the transaction that applies the rows, so a run that was
 * killed goes on at the row after the last one applied.
 */
export class Imports {
  private readonly running = new Map<string, AbortController>();
  private readonly work = new Set<Promise<void>>();

  readonly uploads: Uploads;

  constructor(private readonly tools: Tools) {
    this.uploads = tools.uploads;
  }

  /** Takes a file in: `path` is moved into the platform's own folder. */
  async takeFile(source: string, path: string, name: string): Promise<FileOutline> {
    const fileId = randomUUID();
    try {
      return await this.keepFile(fileId, source, path, name);
    } catch (error) {
      // What is refused, or cannot be read as what it was said to be, is not kept at all.
      await Promise.all([this.uploads.remove(fileId), rm(path, { force: true })]);
      throw error;
    }
  }

  private async keepFile(fileId: string, source: string, path: string, name: string): Promise<FileOutline> {
    const { part } = this.fileSource(source);
    await this.uploads.demandRoom((await stat(path)).size);
    const folder = join(this.uploads.folder, fileId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(path, join(folder, 'content'));
    // Its age is told by its time, and the platform's clock decides.
    await utimes(join(folder, 'content'), this.tools.now() / 1000, this.tools.now() / 1000);
    await writeFile(join(folder, 'name'), cleanText(basename(name), SAFE_READING));
    const file = await this.file(fileId);
    return { fileId, name: file.name, bytes: file.bytes, ...shown(await part.inspect(file)) };
  }

  /** Deletes a file before its time. Throws `SOURCE_FILE_ABSENT`, and `SOURCE_FILE_IN_USE` while an import reads it. */
  async removeFile(fileId: string): Promise<void> {
    await this.file(fileId);
    const runs = await this.tools.store.files();
    if (runs.some((run) => run.fileId === fileId && run.status === 'running'))
      throw new PlatformError(SOURCE_ERRORS.FILE_IN_USE, 'an import reads this file; cancel it first', {
        kind: 'conflict',
      });
    await this.uploads.remove(fileId);
  }

  /** Reads the first rows as the run would, and applies nothing. */
  async dryRun(source: string, fileId: string, mapping: JsonObject, rows = BATCH_ROWS): Promise<DryRunResult> {
    const reader = await this.reader(source, fileId, mapping);
    let progress = NO_PROGRESS;
    const batches: FileBatch[] = [];
    // A new source has no settings of its own, and so has that of the run.
    const check = await this.checking(NO_SOURCE);
    for await (const read of reader({ line: 0, bytes: 0 })) {
      const batch = check(read);
      progress = tally(progress, batch);
      batches.push(batch);
      if (progress.read >= rows) break;
    }
    const { read, events, skipped, failed, reasons } = progress;
    const all = batches.flatMap((batch) => batch.rows);
    return {
      read,
      events,
      skipped,
      failed,
      reasons: Object.entries(reasons).map(([reason, count]) => ({ reason, rows: count })),
      sample: all
        .flatMap((row) =>
          row.kind === 'event' ? [cleanObject(row.envelope as unknown as JsonObject, SAFE_READING)] : [],
        )
        .slice(0, SAMPLE_EVENTS),
      problems: batches.flatMap(problemsOf).slice(0, PROBLEMS_SHOWN),
    };
  }

  async start(source: string, fileId: string, named: string, mapping: JsonObject): Promise<ImportView> {
    const title = cleanText(named, SAFE_READING);
    const file = await this.file(fileId);
    await this.reader(source, fileId, mapping);
    const id = randomUUID();
    const { id: sourceId } = await this.tools.sources.create(title, `import:${source}`);
    const run: ImportRun = {
      id,
      title,
      source,
      sourceId,
      file,
      mapping,
      status: 'running',
      progress: NO_PROGRESS,
      error: null,
      createdAt: this.tools.now(),
      finishedAt: null,
    };
    await this.tools.store.insert(run);
    this.launch(run);
    return importView(run, 0);
  }

  async view(id: string): Promise<ImportView> {
    return (await this.views([await this.get(id)]))[0]!;
  }

  list = async (): Promise<ImportView[]> => this.views(await this.tools.store.list());

  private async views(runs: ImportRun[]): Promise<ImportView[]> {
    const aside = await this.tools.store.setAside(runs.map(({ sourceId }) => sourceId));
    return runs.map((run) => importView(run, aside.get(run.sourceId) ?? 0));
  }

  async cancel(id: string): Promise<ImportView> {
    await this.get(id);
    this.running.get(id)?.abort();
    await this.tools.store.setStatus(id, 'cancelled', this.tools.now());
    return this.view(id);
  }

  async resume(id: string): Promise<ImportView> {
    const run = await this.get(id);
    if (!['cancelled', 'failed'].includes(run.status))
      throw new PlatformError(SOURCE_ERRORS.IMPORT_NOT_RUNNING, 'only a cancelled or failed import can be resumed', {
        kind: 'conflict',
      });
    await this.file(basename(dirname(run.file.path)));
    await this.tools.store.setStatus(id, 'running');
    this.launch(run);
    return this.view(id);
  }

  async get(id: string): Promise<ImportRun> {
    const run = await this.tools.store.get(id);
    if (!run)
      throw new PlatformError(SOURCE_ERRORS.IMPORT_ABSENT, 'there is no such import', {
        kind: 'absent',
        details: { id },
      });
    return run;
  }

  /** Goes on with whatever was running when the process ended. */
  async resumeAll(): Promise<void> {
    await this.uploads.clearIncoming();
    for (const run of await this.tools.store.list()) if (run.status === 'running') this.launch(run);
  }

  /** Stops at the next border of a batch; the runs stay `running` and go on at the next start. */
  async stop(): Promise<void> {
    for (const controller of this.running.values()) controller.abort();
    await Promise.all(this.work);
  }

  private launch(run: ImportRun): void {
    const controller = new AbortController();
    this.running.set(run.id, controller);
    const work: Promise<void> = this.run(run, controller.signal)
      .catch((error: unknown) => this.fail(run.id, error))
      .finally(() => {
        this.running.delete(run.id);
        this.work.delete(work);
      });
    this.work.add(work);
  }

  private async fail(id: string, error: unknown): Promise<void> {
    this.tools.onError(error);
    await this.tools.store.setStatus(
      id,
      'failed',
      this.tools.now(),
      error instanceof Error ? error.message : 'unknown',
    );
  }

  private async run(run: ImportRun, signal: AbortSignal): Promise<void> {
    const read = this.readerOf(run.source, run.file, run.mapping);
    let { progress } = run;
    let committed: Promise<void> = Promise.resolve();
    for await (const rows of read({ line: progress.line, bytes: progress.bytes })) {
      const batch = (await this.checking(run.sourceId))(rows);
      // One batch is applied while the next is read, never more: the cursor is written in order.
      await committed;
      if (signal.aborted) return;
      progress = tally(progress, batch);
      this.tools.gate.loading();
      committed = this.tools.ingest.accept(this.batchOf(run, batch, progress));
      committed.catch(() => undefined);
    }
    await committed;
    await this.tools.store.setStatus(run.id, 'done', this.tools.now());
  }

  private batchOf(run: ImportRun, batch: FileBatch, progress: ImportRun['progress']): Batch {
    const header = { sourceId: run.sourceId, receivedAt: this.tools.now() };
    const zone = this.tools.zone.offsets;
    const events = batch.rows.flatMap((row) =>
      row.kind === 'event' ? [toEvent(row.envelope, header, `${run.id}:${row.line}`, { zone })] : [],
    );
    return {
      mark: { logId: `import:${run.id}`, from: 0, to: progress.line },
      events,
      refused: [],
      alsoWrite: (manager) => this.tools.store.advance(manager, run.id, progress, problemsOf(batch)),
    };
  }

  /** Judges rows as ingest would now. */
  private async checking(sourceId: string): Promise<(batch: FileBatch) => FileBatch> {
    const { now, zone, kinds, personal } = this.tools;
    const { ids } = personal.of(sourceId);
    const rules: RowRules = { receivedAt: now(), zone: zone.offsets, kinds: await kinds(), ids };
    return ({ rows, cursor }) => ({ rows: rows.map((row) => checkedRow(row, rules)), cursor });
  }

  /** The failed rows of a run as a file, see `problemLines`. */
  async *problemFile(id: string): AsyncGenerator<string> {
    const run = await this.get(id);
    const file = await this.file(basename(dirname(run.file.path)));
    const { columns } = await this.fileSource(run.source).part.inspect(file);
    const read = this.readerOf(run.source, file, run.mapping);
    const problems = this.tools.store.allProblems(id);
    yield* problemLines(columns, problems, read({ line: 0, bytes: 0 }));
  }

  private async reader(source: string, fileId: string, mapping: JsonObject) {
    return this.readerOf(source, await this.file(fileId), mapping);
  }

  private readerOf(source: string, file: FileRef, mapping: JsonObject) {
    const { part, facts } = this.fileSource(source);
    const plan = facts.mapping ? readOptions(facts.mapping, mapping, `mapping of ${source}`) : mapping;
    return (from: { line: number; bytes: number }) => part.read(file, plan, from, BATCH_ROWS);
  }

  private async file(fileId: string): Promise<FileRef> {
    const folder = join(this.uploads.folder, basename(fileId));
    const path = join(folder, 'content');
    try {
      await access(path);
    } catch (cause) {
      throw new PlatformError(SOURCE_ERRORS.FILE_ABSENT, 'there is no such file', {
        kind: 'absent',
        details: { fileId },
        cause,
      });
    }
    return { path, name: await readFile(join(folder, 'name'), 'utf8'), bytes: (await stat(path)).size };
  }

  private fileSource(key: string): { part: FileSource; facts: SourceFacts } {
    const found = this.tools.host.sources.get(key);
    if (!found || !('inspect' in found.part))
      throw new PlatformError(SOURCE_ERRORS.FILE_SOURCE_ABSENT, 'no plugin reads such files', {
        kind: 'absent',
        details: { source: key },
      });
    return { part: found.part, facts: found.facts };
  }
}

/** What an operator sees of a file before it is imported: each value is read as its column's. */
function shown({ sample, ...shape }: FileShape): FileShape {
  const masked = (value: string, column: string) => cleanObject({ [column]: value }, SAFE_READING)[column] as string;
  return { ...shape, sample: sample.map((row) => row.map((value, i) => masked(value, shape.columns[i] ?? ''))) };
}
