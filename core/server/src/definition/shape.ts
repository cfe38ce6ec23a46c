import { isJsonObject, type DefinitionProblem, type Text } from '@perennial/contract';

export type Report = (path: string, code: string, message: Text) => void;

/** A form that a JSON value may have: it finds what is wrong with a value, place by place, and describes itself. */
export interface Shape {
  check(value: unknown, path: string, report: Report, depth: number): void;
  /** The same as JSON Schema (draft 2020-12); `defs` takes what is referred to by name. */
  schema(defs: Record<string, object>): object;
}

/** Nothing that an operator means nests deeper; a check goes no further, so that hostile input cannot exhaust it. */
const MAX_DEPTH = 64;

export const WRONG = 'DEFINITION_SHAPE_WRONG';
const say = (zh: string, en: string): Text => ({ zh, en });
const at = (path: string, key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);

export function problemsOf(shape: Shape, value: unknown, path = ''): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  shape.check(value, path, (where, code, message) => problems.push({ path: where, code, message }), 0);
  return problems;
}

/** The published JSON Schema of a shape. */
export function schemaOf(title: string, shape: Shape): object {
  const $defs: Record<string, object> = {};
  const root = shape.schema($defs);
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...root, $defs };
}

export const text = ({
  max = 256,
  min = 0,
  pattern,
}: { max?: number; min?: number; pattern?: RegExp } = {}): Shape => ({
  check(value, path, report) {
    if (typeof value !== 'string') return report(path, WRONG, say('应为文本', 'must be a text'));
    if (value.length < min) report(path, WRONG, say('不能为空', 'must not be empty'));
    if (value.length > max) report(path, WRONG, say(`最多 ${max} 个字符`, `must be at most ${max} characters`));
    if (pattern && !pattern.test(value)) report(path, WRONG, say('格式不正确', `must match ${pattern.source}`));
  },
  schema: () => ({ type: 'string', minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) }),
});

export const number = ({ min = -1e15, max = 1e15, isWhole = false } = {}): Shape => ({
  check(value, path, report) {
    if (typeof value !== 'number' || !Number.isFinite(value))
      return report(path, WRONG, say('应为数字', 'must be a number'));
    if (value < min || value > max)
      report(path, WRONG, say(`应在 ${min} 到 ${max} 之间`, `must lie between ${min} and ${max}`));
    if (isWhole && !Number.isInteger(value)) report(path, WRONG, say('应为整数', 'must be a whole number'));
  },
  schema: () => ({ type: isWhole ? 'integer' : 'number', minimum: min, maximum: max }),
});

export const scalar: Shape = {
  check(value, path, report) {
    if (value !== null && !['string', 'number', 'boolean'].includes(typeof value))
      report(path, WRONG, say('应为文本、数字或真假值', 'must be a text, a number or true/false'));
    if (typeof value === 'string' && value.length > 1_000)
      report(path, WRONG, say('最多 1000 个字符', 'must be at most 1000 characters'));
  },
  schema: () => ({ type: ['string', 'number', 'boolean', 'null'] }),
};

export const truth: Shape = {
  check(value, path, report) {
    if (typeof value !== 'boolean') report(path, WRONG, say('应为真假值', 'must be true or false'));
  },
  schema: () => ({ type: 'boolean' }),
};

/** The shape, or null. */
export const nothingOr = (shape: Shape): Shape => ({
  check(value, path, report, depth) {
    if (value !== null) shape.check(value, path, report, depth);
  },
  schema: (defs) => ({ anyOf: [shape.schema(defs), { type: 'null' }] }),
});

export const oneOf = (values: readonly string[]): Shape => ({
  check(value, path, report) {
    if (typeof value !== 'string' || !values.includes(value))
      report(path, WRONG, say(`应为其中之一：${values.join('、')}`, `must be one of ${values.join(', ')}`));
  },
  schema: () => ({ enum: [...values] }),
});

export const list = (item: Shape, { min = 0, max = 100 } = {}): Shape => ({
  check(value, path, report, depth) {
    if (!Array.isArray(value)) return report(path, WRONG, say('应为列表', 'must be a list'));
    if (value.length < min) report(path, WRONG, say(`至少 ${min} 项`, `must hold at least ${min}`));
    if (value.length > max) return report(path, WRONG, say(`最多 ${max} 项`, `must hold at most ${max}`));
    value.forEach((part, i) => item.check(part, at(path, i), report, depth + 1));
  },
  schema: (defs) => ({ type: 'array', minItems: min, maxItems: max, items: item.schema(defs) }),
});

/** An object with exactly these keys; those of `optional` may be absent. */
export const object = (required: Record<string, Shape>, optional: Record<string, Shape> = {}): Shape => ({
  check(value, path, report, depth) {
    if (!isJsonObject(value)) return report(path, WRONG, say('应为对象', 'must be an object'));
    const shapes = { ...required, ...optional };
    for (const key of Object.keys(required))
      if (value[key] === undefined) report(at(path, key), WRONG, say('缺少此项', 'is missing'));
    for (const [key, part] of Object.entries(value)) {
      if (part === undefined) continue;
      if (!Object.hasOwn(shapes, key)) report(at(path, key), WRONG, say('未知的项', 'is not known here'));
      else shapes[key]!.check(part, at(path, key), report, depth + 1);
    }
  },
  schema: (defs) => ({
    type: 'object',
    required: Object.keys(required),
    properties: Object.fromEntries(
      Object.entries({ ...required, ...optional }).map(([key, part]) => [key, part.schema(defs)]),
    ),
    additionalProperties: false,
  }),
});

/** One of several objects, told apart by the value of `field`. */
export const byField = (field: string, shapes: Record<string, Shape>): Shape => ({
  check(value, path, report, depth) {
    const kind = isJsonObject(value) ? value[field] : undefined;
    if (typeof kind === 'string' && Object.hasOwn(shapes, kind)) return shapes[kind]!.check(value, path, report, depth);
    oneOf(Object.keys(shapes)).check(kind, at(path, field), report, depth);
  },
  schema: (defs) => ({ oneOf: Object.values(shapes).map((shape) => shape.schema(defs)) }),
});

/** One of several objects, told apart by which key they have. */
export const byKey = (shapes: Record<string, Shape>): Shape => ({
  check(value, path, report, depth) {
    if (depth > MAX_DEPTH) return report(path, WRONG, say('嵌套过深', 'is nested too deeply'));
    const key = isJsonObject(value) ? Object.keys(shapes).find((known) => Object.hasOwn(value, known)) : undefined;
    if (key !== undefined) return shapes[key]!.check(value, path, report, depth);
    const keys = Object.keys(shapes).join(', ');
    report(path, WRONG, say(`应含有其中一项：${keys}`, `must have one of ${keys}`));
  },
  schema: (defs) => ({ oneOf: Object.values(shapes).map((shape) => shape.schema(defs)) }),
});

/** A shape that may hold itself. */
export function named(name: string, make: () => Shape): Shape {
  let made: Shape | undefined;
  const shape = () => (made ??= make());
  return {
    check: (value, path, report, depth) => shape().check(value, path, report, depth),
    schema(defs) {
      if (!Object.hasOwn(defs, name)) {
        defs[name] = {};
        defs[name] = shape().schema(defs);
      }
      return { $ref: `#/$defs/${name}` };
    },
  };
}

/** A shape with one more demand, made only of values that have the shape. */
export const also = (shape: Shape, demand: (value: never, path: string, report: Report) => void): Shape => ({
  check(value, path, report, depth) {
    let isRight = true;
    shape.check(value, path, (...problem) => ((isRight = false), report(...problem)), depth);
    if (isRight) demand(value as never, path, report);
  },
  schema: (defs) => shape.schema(defs),
});
