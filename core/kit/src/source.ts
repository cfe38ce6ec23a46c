import 'reflect-metadata';
import type { Envelope, JsonObject, Text } from '@perennial/contract';
import type { OptionsClass } from './options.js';

/** A file that an operator handed in, as a path core owns. */
export interface FileRef {
  path: string;
  name: string;
  bytes: number;
}

export interface FileShape {
  format: { encoding: string; delimiter: string };
  columns: string[];
  /** The first rows as texts, at most 20. */
  sample: string[][];
  /** A mapping guessed from the columns' names, to be edited by the operator. */
  proposal: JsonObject;
}

/** Where a row stands in its file and what it holds, for whoever has to mend it. */
export interface RowOrigin {
  /** The line of the file on which the row begins; the first line is 1. */
  fileLine: number;
  cells: string[];
}

/**
 * One row of a file: an event, a row left out by a declared rule, or a row that could not be read. `line` counts rows
 * and is what a reading goes on by; people are shown `origin.fileLine`.
 */
export type FileRow =
  | { kind: 'event'; line: number; envelope: Envelope; origin: RowOrigin }
  | { kind: 'skipped'; line: number; reason: string }
  | { kind: 'failed'; line: number; code: string; reason: Text; origin: RowOrigin };

/**
 * The columns that the file of an import's failed rows has before those of the file. A reader that meets them leaves
 * them out and takes the guards off the cells (`unguarded`), so that the mended file can be loaded as it is.
 */
export const PROBLEM_COLUMNS = [
  'perennial_line',
  'perennial_code',
  'perennial_reason_zh',
  'perennial_reason_en',
] as const;

/** Rows with the file position after them; a resumed read goes on from a `cursor` that was handed out before. */
export interface FileBatch {
  rows: FileRow[];
  cursor: { line: number; bytes: number };
}

/**
 * Reads files of events. Deterministic: the same file, mapping and cursor give the same rows, with `messageId`s made
 * from the file's content and line, so that an import that is killed and resumed applies each row once.
 */
export interface FileSource<M extends object = object> {
  inspect(file: FileRef): Promise<FileShape>;
  /** Batches of at most `rows` rows in file order. Throws `PlatformError` of kind `invalid` for an unreadable file. */
  read(file: FileRef, mapping: M, from: { line: number; bytes: number }, rows: number): AsyncIterable<FileBatch>;
}

/** Envelopes with the cursor to go on from, kept by core in the same transaction that applies them. */
export interface PullBatch {
  envelopes: Envelope[];
  cursor: string;
}

/** Asks a vendor for what is new. A failure is retried from the last cursor. */
export interface PullSource {
  pull(cursor: string | undefined): AsyncIterable<PullBatch>;
}

export interface SourceFacts {
  key: string;
  title: Text;
  /** Event names that it makes, for the operator and for tag editors. */
  emits?: string[];
  /** A file source's mapping class: validated, and the form of the import screen. */
  mapping?: OptionsClass;
  /** A pull source's pause between two pulls. */
  everySeconds?: number;
}

const SOURCE = Symbol('perennial:source');

export const Source =
  (facts: SourceFacts): ClassDecorator =>
  (target) =>
    Reflect.defineMetadata(SOURCE, facts, target);

export const sourceFacts = (target: object): SourceFacts | undefined =>
  Reflect.getMetadata(SOURCE, target) as SourceFacts | undefined;
