import type { QueryRunner } from 'typeorm';
import { adding, creating, grown, type TableSpec } from '../../database/table-spec.js';

export const SOURCE: TableSpec = {
  name: 'source',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    title: { kind: { text: 255 } },
    kind: { kind: { text: 64 } },
    created_at: { kind: 'instant' },
  },
};

/** The SHA-256 of a key; `hint` tells keys apart. */
const WRITE_KEY: TableSpec = {
  name: 'write_key',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    source_id: { kind: { text: 36 }, isIndexed: true },
    hash: { kind: { text: 64 } },
    hint: { kind: { text: 16 } },
    created_at: { kind: 'instant' },
  },
};

/** The key itself, sealed, where every visitor's page or mini program bears it anyway; null for all others. */
const KEY_MORE: TableSpec['columns'] = { sealed: { kind: 'long', isNullable: true } };

export const SOURCE_TABLES = [SOURCE, grown(WRITE_KEY, KEY_MORE)];
export const SourceCreate = creating('SourceCreate1764000000270', [SOURCE, WRITE_KEY]);
export const WriteKeySealed = adding('WriteKeySealed1764000004200', WRITE_KEY.name, KEY_MORE);

/**
 * Sources whose keys visitors hold. One that is removed stays here: its events are history, and a replay judges them as
 * they were judged.
 */
export const VISITOR_SOURCE: TableSpec = {
  name: 'visitor_source',
  columns: { id: { kind: { text: 36 }, isKey: true }, since: { kind: 'instant' } },
};

export class VisitorSourceCreate extends creating('VisitorSourceCreate1764000004300', [VISITOR_SOURCE]) {
  override async up(runner: QueryRunner): Promise<void> {
    await super.up(runner);
    await runner.query(`INSERT INTO visitor_source (id, since) SELECT id, created_at FROM source
      WHERE kind IN ('web', 'miniprogram', 'app') AND id NOT IN (SELECT v.id FROM (SELECT id FROM visitor_source) v)`);
  }
}

/** A file import: what was asked, how far it is, and what came of each row. */
const IMPORT_RUN: TableSpec = {
  name: 'import_run',
  columns: {
    id: { kind: { text: 36 }, isKey: true },
    title: { kind: { text: 255 } },
    source: { kind: { text: 128 } },
    source_id: { kind: { text: 36 } },
    file: { kind: 'long' },
    mapping: { kind: 'long' },
    status: { kind: { text: 16 }, isIndexed: true },
    /** JSON: line and bytes of the cursor, counts, reasons. */
    progress: { kind: 'long' },
    error: { kind: { text: 255 }, isNullable: true },
    created_at: { kind: 'instant' },
    finished_at: { kind: 'instant', isNullable: true },
  },
};

const IMPORT_PROBLEM: TableSpec = {
  name: 'import_problem',
  columns: {
    run_id: { kind: { text: 36 }, isKey: true },
    line: { kind: 'number', isKey: true },
    code: { kind: { text: 64 } },
    message: { kind: { text: 255 } },
  },
};

export const ImportCreate = creating('ImportCreate1764000000300', [IMPORT_RUN, IMPORT_PROBLEM]);

/** Since lines are those of the file; rows of before have none. */
const PROBLEM_MORE: TableSpec['columns'] = {
  message_zh: { kind: { text: 255 }, isNullable: true },
};
export const IMPORT_TABLES = [IMPORT_RUN, grown(IMPORT_PROBLEM, PROBLEM_MORE)];
export const ImportProblemTexts = adding('ImportProblemTexts1764000002200', IMPORT_PROBLEM.name, PROBLEM_MORE);

/** Where each pull source goes on; written in the transaction that applies what it brought. */
export const PULL_CURSOR: TableSpec = {
  name: 'pull_cursor',
  columns: {
    source: { kind: { text: 128 }, isKey: true },
    position: { kind: 'long' },
    batches: { kind: 'number' },
    updated_at: { kind: 'instant' },
  },
};

export const PULL_TABLES = [PULL_CURSOR];
export const PullCreate = creating('PullCreate1764000000310', PULL_TABLES);

/** What an operator set for a source, every revision of it; the highest is in force. */
export const SOURCE_SETTINGS: TableSpec = {
  name: 'source_settings',
  columns: {
    source_id: { kind: { text: 36 }, isKey: true },
    revision: { kind: 'number', isKey: true },
    policy: { kind: 'long' },
    updated_at: { kind: 'instant' },
    updated_by: { kind: { text: 255 } },
  },
};

/** What was not as planned, by day: counts alone, and the kind of what came, never a value. */
export const PLAN_FINDING: TableSpec = {
  name: 'plan_finding',
  columns: {
    id: { kind: { text: 32 }, isKey: true },
    source_id: { kind: { text: 36 }, isIndexed: true },
    day: { kind: 'number', isIndexed: true },
    code: { kind: { text: 64 } },
    event: { kind: { text: 255 } },
    path: { kind: { text: 255 } },
    expected: { kind: { text: 64 } },
    found: { kind: { text: 64 } },
    count: { kind: 'number' },
    last_at: { kind: 'instant' },
  },
};

export const EDGE_TABLES = [SOURCE_SETTINGS, PLAN_FINDING];
export const SourceSettingsCreate = creating('SourceSettingsCreate1764000000420', EDGE_TABLES);
