import type { Json, JsonObject } from '../json.js';
import type { Text } from '../text.js';
import type { FieldView } from './plugin.js';

/** `POST /api/v1/imports/files?source=csv` (multipart, field `file`): what the file looks like. */
export interface FileOutline {
  fileId: string;
  name: string;
  bytes: number;
  format: { encoding: string; delimiter: string };
  columns: string[];
  /** The first rows, as texts. */
  sample: string[][];
  /** A mapping that the plugin proposes from the columns' names. */
  proposal: JsonObject;
}
/** `POST /api/v1/imports/dry-run` */
export interface DryRunRequest {
  source: string;
  fileId: string;
  mapping: JsonObject;
  /** Rows to try; default 1,000. */
  rows?: number;
}
export interface DryRunResult {
  read: number;
  events: number;
  skipped: number;
  failed: number;
  reasons: { reason: string; rows: number }[];
  /** The first envelopes as they would be sent. */
  sample: Json[];
  problems: RowProblem[];
}
export interface RowProblem {
  /** Of the file: where the row begins, the heading counted. */
  line: number;
  code: string;
  reason: Text;
}
/** `POST /api/v1/imports` */
export interface ImportRequest {
  source: string;
  fileId: string;
  title: string;
  mapping: JsonObject;
}
export type ImportStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
/** `GET /api/v1/imports[/:id]`, `POST /api/v1/imports/:id/cancel|resume`; `GET /api/v1/imports/:id/problems.csv`: the failed rows, to be mended and loaded again */
export interface ImportView {
  id: string;
  title: string;
  source: string;
  fileName: string;
  status: ImportStatus;
  totalBytes: number;
  readBytes: number;
  read: number;
  events: number;
  skipped: number;
  /** `read` = `events` + `skipped` + `failed`. */
  failed: number;
  /** Of the failed: those that lie in quarantine, because they could not be applied for a reason that is not theirs. */
  setAside: number;
  reasons: { reason: string; rows: number }[];
  error?: string;
  createdAt: number;
  finishedAt?: number;
}
/** `GET /api/v1/imports/sources`: the file sources that plugins offer, with the form of their mapping. */
export interface FileSourceView {
  key: string;
  plugin: string;
  title: { zh: string; en: string };
  fields: FieldView[];
}
