import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage } from 'class-validator';
import { CORE_TABLES } from '../database/index.js';
import '../core.module.js';

/** The rules of every body and query, by class and field. */
interface Rule {
  target: unknown;
  propertyName: string;
  name?: string;
  constraints?: unknown[];
  each: boolean;
}

const rules = [
  ...(getMetadataStorage() as unknown as { validationMetadatas: Map<unknown, Rule[]> }).validationMetadatas,
]
  .flatMap(([, list]) => list)
  .map(({ target, ...rule }) => ({ ...rule, target: (target as { name: string }).name }));

const of = (target: string, field: string) =>
  rules.filter((rule) => rule.target === target && rule.propertyName === field && !rule.each);

/** The most characters of a field, or undefined where nothing bounds it. */
function longest(target: string, field: string): number | undefined {
  const found = of(target, field);
  const length = found.find(({ name }) => name === 'isLength' || name === 'maxLength');
  if (length) return Number(length.constraints!.at(-1));
  return found.some(({ name }) => ['matches', 'isIn', 'isUuid', 'isUrl'].includes(name ?? '')) ? 0 : undefined;
}

const width = (table: string, column: string): number => {
  const kind = CORE_TABLES.find(({ name }) => name === table)?.columns[column]?.kind;
  return typeof kind === 'object' ? kind.text : 0;
};

describe('what people write', () => {
  it('has a bound in every field', () => {
    // Settings are the operator's own, and no body.
    const fields = rules.filter(({ target, name, each }) => target !== 'Settings' && name === 'isString' && !each);
    expect(fields.length).toBeGreaterThan(40);
    const unbounded = fields
      .filter(({ propertyName }) => !['limit', 'cursor'].includes(propertyName))
      .filter(({ target, propertyName }) => longest(target, propertyName) === undefined)
      .map(({ target, propertyName }) => `${target}.${propertyName}`);
    expect(unbounded).toEqual([]);
  });

  it.each([
    ['TokenBody', 'title', 'api_token', 'title'],
    ['SignInBody', 'name', 'operator', 'name'],
    ['DestinationBody', 'title', 'destination', 'title'],
    ['TriggerBody', 'title', 'trigger_rule', 'title'],
    ['ConsultantBody', 'name', 'consultant', 'name'],
    ['ObjectBody', 'name', 'catalogue_object', 'name'],
    ['ImportBody', 'title', 'import_run', 'title'],
    ['PublishBody', 'note', 'tag_release', 'note'],
    ['InForceBody', 'note', 'identity_rules', 'note'],
    ['CloseBody', 'note', 'assignment', 'note'],
    ['HandOverBody', 'reason', 'assignment_act', 'reason'],
    ['AssignmentRuleBody', 'title', 'assignment_rule', 'title'],
    ['SourceBody', 'title', 'source', 'title'],
  ])('fits its column: %s.%s', (target, field, table, column) => {
    const most = longest(target, field);
    expect([target, most]).toEqual([target, expect.any(Number)]);
    expect(width(table, column)).toBeGreaterThanOrEqual(most!);
  });

  it('with `token:` before it fits the user of the audit', () => {
    expect(width('audit', 'user')).toBeGreaterThanOrEqual(longest('TokenBody', 'title')! + 'token:'.length);
  });
});
