import { PlatformError, type CatalogueImport, type CatalogueObject, type JsonScalar } from '@perennial/contract';
import { parse } from 'csv-parse/sync';
import { CATALOGUE } from '../catalogue.errors.js';
import { objectProblem } from './object.js';

const MAX_REFUSED = 1_000;

/** Spreadsheets write UTF-8 or, where they are Chinese, GB18030. */
export function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/**
 * A catalogue as a table: the column `id`, `name`, `tags` (split by `|`), and a fact in every other. Texts that are numbers
 * as JSON writes them become numbers. Throws `CATALOGUE_FILE_INVALID` for what is no such table; lines that are no object
 * are told, at most a thousand of them.
 */
export function readCatalogue(text: string): { objects: CatalogueObject[]; refused: CatalogueImport['refused'] } {
  const refused: CatalogueImport['refused'] = [];
  const objects = new Map<string, CatalogueObject>();
  for (const { record, info } of recordsOf(text)) {
    const object = toObject(record);
    const problem = objectProblem(object);
    if (!problem) objects.set(object.id, object);
    else if (refused.length < MAX_REFUSED) refused.push({ line: info.lines, message: problem });
  }
  return { objects: [...objects.values()], refused };
}

interface Line {
  record: Record<string, string>;
  info: { lines: number };
}

function recordsOf(text: string): Line[] {
  try {
    return parse(text, {
      bom: true,
      columns: headerOf,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count_less: true,
    }) as unknown as Line[];
  } catch (cause) {
    if (cause instanceof PlatformError) throw cause;
    throw invalid(cause instanceof Error ? cause.message : 'the file is no table');
  }
}

function headerOf(names: string[]): string[] {
  if (!names.includes('id')) throw invalid('the first line needs a column `id`');
  if (new Set(names).size !== names.length) throw invalid('a column is named twice');
  return names;
}

function toObject({ id = '', name, tags = '', ...facts }: Record<string, string>): CatalogueObject {
  const filled = Object.entries(facts).filter(([key, value]) => key !== '' && value !== '');
  return {
    id,
    name: name || id,
    facts: Object.fromEntries(filled.map(([key, value]) => [key, factOf(value)])),
    tags: [...new Set(tags.split('|').map((tag) => tag.trim()))].filter((tag) => tag !== ''),
  };
}

/** `007` stays a text: it is somebody's code. */
const factOf = (text: string): JsonScalar =>
  text === String(Number(text)) && Number.isFinite(Number(text)) ? Number(text) : text;

const invalid = (message: string): PlatformError =>
  new PlatformError(CATALOGUE.FILE_INVALID, message, { kind: 'invalid' });
