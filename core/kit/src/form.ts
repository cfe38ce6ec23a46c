import type { FieldView, Json } from '@perennial/contract';
import { getMetadataStorage } from 'class-validator';
import { fieldFacts, type FieldFacts } from './field.js';
import type { OptionsClass } from './options.js';

type Validations = Map<string, Map<string, unknown[]>>;

/** The operator's form of an options class: one view per `@Field`, typed and bounded by its class-validator rules. */
export function formOf(optionsClass: OptionsClass): FieldView[] {
  const initial = new optionsClass() as Record<string, Json | undefined>;
  const validations = validationsOf(optionsClass);
  return [...fieldFacts(optionsClass)].map(([key, facts]) =>
    fieldView(key, facts, validations.get(key) ?? new Map<string, unknown[]>(), initial[key]),
  );
}

/** Property -> rule name -> the rule's arguments. */
function validationsOf(optionsClass: OptionsClass): Validations {
  const found: Validations = new Map();
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(optionsClass, '', false, false)) {
    const rules = found.get(rule.propertyName) ?? new Map<string, unknown[]>();
    rules.set(rule.name ?? rule.type, rule.constraints ?? []);
    found.set(rule.propertyName, rules);
  }
  return found;
}

function fieldView(
  key: string,
  facts: FieldFacts,
  rules: Map<string, unknown[]>,
  initial: Json | undefined,
): FieldView {
  const bound = (...names: string[]) =>
    names.map((name) => rules.get(name)?.[0]).find((value): value is number => typeof value === 'number');
  const min = bound('min', 'minLength', 'isLength');
  const max = bound('max', 'maxLength') ?? (rules.get('isLength')?.[1] as number | undefined);
  return {
    key,
    title: facts.title,
    ...(facts.help && { help: facts.help }),
    type: fieldType(facts, rules),
    isRequired: initial === undefined && !rules.has('isOptional') && !rules.has('conditionalValidation'),
    ...(initial !== undefined && !facts.isSecret && { initial }),
    ...(facts.choices && { choices: facts.choices }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
}

function fieldType(facts: FieldFacts, rules: Map<string, unknown[]>): FieldView['type'] {
  if (facts.isSecret) return 'secret';
  if (facts.choices) return 'choice';
  if (facts.isJson) return 'json';
  if (rules.has('isArray')) return 'list';
  if (rules.has('isInt') || rules.has('isNumber') || rules.has('min') || rules.has('max')) return 'number';
  if (rules.has('isBoolean')) return 'boolean';
  return rules.has('isUrl') ? 'url' : 'text';
}
