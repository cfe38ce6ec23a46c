import type { Condition, DefinitionProblem, Formula, JsonScalar, TagDefinition, Test, Text } from '@perennial/contract';
import { problemsOf, tagDefinition } from '../../definition/index.js';
import { fit, inputsOf, valueTypeOf } from '../../tag/index.js';

/** What a definition may name. */
export interface Known {
  tags: ReadonlyMap<string, TagDefinition>;
  models: ReadonlySet<string>;
}

type Say = (path: string, zh: string, en: string, code?: string) => void;

/** Everything that is wrong with a definition: its form, what it names, its types, and circles; empty when it may be published. */
export function checkDefinition(definition: unknown, known: Known): DefinitionProblem[] {
  const problems = problemsOf(tagDefinition, definition);
  if (problems.length > 0) return problems;
  const say: Say = (path, zh, en, code = 'TAG_DEFINITION_INVALID') =>
    problems.push({ path, code, message: { zh, en } satisfies Text });
  checkMeaning(definition as TagDefinition, known, say);
  return problems;
}

function checkMeaning(definition: TagDefinition, known: Known, say: Say): void {
  const { computation } = definition;
  checkCircle(definition, known, say);
  switch (computation.kind) {
    case 'aggregate':
      return checkType(definition, valueTypeOf(computation), say);
    case 'daysSince':
      return checkType(definition, 'number', say);
    case 'formula':
      checkType(definition, 'number', say);
      return checkFormula(computation.formula, 'computation.formula', known, say);
    case 'recency':
      computation.bands.forEach(({ value }, i) =>
        checkConstant(value, `computation.bands.${i}.value`, definition, say),
      );
      return checkConstant(computation.otherwise, 'computation.otherwise', definition, say);
    case 'tiers':
      computation.tiers.forEach(({ when, value }, i) => {
        checkCondition(when, `computation.tiers.${i}.when`, known, say);
        checkConstant(value, `computation.tiers.${i}.value`, definition, say);
      });
      return checkConstant(computation.otherwise, 'computation.otherwise', definition, say);
    case 'model':
      if (!known.models.has(computation.model))
        say('computation.model', '没有这个模型', `there is no model ${computation.model}`);
      return;
    case 'trait':
    case 'manual':
      return;
  }
}

/** What a computation gives must be able to have the type of the definition. */
function checkType({ valueType }: TagDefinition, given: TagDefinition['valueType'] | undefined, say: Say): void {
  const may: Record<string, readonly string[]> = {
    number: ['number', 'text', 'enum'],
    date: ['date', 'number'],
    text: ['text', 'enum'],
    list: ['list'],
    scores: ['scores'],
  };
  if (given && !may[given]!.includes(valueType))
    say('valueType', `该计算得到的是${given}，不能是${valueType}`, `the computation gives ${given}, not ${valueType}`);
}

function checkConstant(value: JsonScalar | undefined, path: string, definition: TagDefinition, say: Say): void {
  if (value === undefined || value === null || fit(value, definition) !== undefined) return;
  say(path, '该值不符合标签的值类型', `is no ${definition.valueType} of this tag`);
}

function checkFormula(formula: Formula, path: string, known: Known, say: Say): void {
  if ('tag' in formula) checkTag(formula.tag, path, known, say);
  if ('op' in formula) formula.of.forEach((part, i) => checkFormula(part, `${path}.of.${i}`, known, say));
}

export function checkCondition(condition: Condition, path: string, known: Known, say: Say): void {
  if ('all' in condition) condition.all.forEach((part, i) => checkCondition(part, `${path}.all.${i}`, known, say));
  else if ('any' in condition) condition.any.forEach((part, i) => checkCondition(part, `${path}.any.${i}`, known, say));
  else if ('not' in condition) checkCondition(condition.not, `${path}.not`, known, say);
  else if ('tag' in condition) checkTagTest(condition.tag, condition.test, path, known, say);
  else if ('behaviour' in condition) checkTest(condition.test, valueTypeOf(condition.behaviour), `${path}.test`, say);
}

function checkTag(key: string, path: string, known: Known, say: Say): TagDefinition | undefined {
  const tag = known.tags.get(key);
  if (!tag) say(`${path}.tag`, `标签 ${key} 不存在`, `tag ${key} does not exist`, 'TAG_DEFINITION_INPUT_ABSENT');
  return tag;
}

export function checkTagTest(key: string, test: Test, path: string, known: Known, say: Say): void {
  const tag = checkTag(key, path, known, say);
  checkTest(test, tag?.valueType, `${path}.test`, say);
}

const NUMERIC = ['gt', 'gte', 'lt', 'lte'];
const AGE = ['within', 'olderThan'];

/** A test that no value of the type can ever pass is a mistake, not a rule. */
function checkTest(test: Test, type: TagDefinition['valueType'] | undefined, path: string, say: Say): void {
  if (!type || type === 'enum') return;
  if (NUMERIC.includes(test.op) && type !== 'number' && type !== 'date')
    say(path, '只有数值和日期可以比较大小', `only numbers and dates can be compared, this is ${type}`);
  if (AGE.includes(test.op) && type !== 'date')
    say(path, '只有日期可以按时间远近判断', `only dates can be tested for age, this is ${type}`);
  if (test.op === 'contains' && type !== 'text' && type !== 'list')
    say(path, '只有文本和列表可以“包含”', `only texts and lists can contain, this is ${type}`);
}

function checkCircle(definition: TagDefinition, { tags }: Known, say: Say): void {
  const visit = (key: string, path: string[]): boolean => {
    if (key === definition.key && path.length > 0) {
      const circle = [...path, key].join(' → ');
      say(
        'computation',
        `标签互相引用成环：${circle}`,
        `tags feed each other in a circle: ${circle}`,
        'TAG_DEFINITION_CYCLE',
      );
      return true;
    }
    if (path.includes(key)) return false;
    const tag = key === definition.key ? definition : tags.get(key);
    return tag ? inputsOf(tag.computation).tags.some((input) => visit(input, [...path, key])) : false;
  };
  visit(definition.key, []);
}
