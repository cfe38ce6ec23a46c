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

/** One row of a file: an event, a row left out by a declared rule, or a row that could not be read. */
export type FileRow =
  | { kind: 'event'; line: number; envelope: Envelope }
  | { kind: 'skipped'; line: number; reason: string }
  | { kind: 'failed'; line: number; code: string; message: string };

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
