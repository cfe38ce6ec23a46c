import 'reflect-metadata';
import type { Text } from '@perennial/contract';

export interface FieldFacts {
  title: Text;
  help?: Text;
  /** Stored encrypted, never sent back to a browser. */
  isSecret?: boolean;
  /** Makes the field a choice of these values. */
  choices?: { value: string | number; title: Text }[];
  /** A structured value, edited as JSON and validated by the class's own validators. */
  isJson?: boolean;
}

const FIELDS = Symbol('perennial:fields');

/** Names a property of an options class for the operator's form. Its type and limits come from the validators. */
export const Field =
  (facts: FieldFacts): PropertyDecorator =>
  (target, key) => {
    const known = fieldFacts(target.constructor);
    Reflect.defineMetadata(FIELDS, new Map([...known, [String(key), facts]]), target.constructor);
  };

export const fieldFacts = (optionsClass: object): Map<string, FieldFacts> =>
  (Reflect.getMetadata(FIELDS, optionsClass) as Map<string, FieldFacts> | undefined) ?? new Map<string, FieldFacts>();
