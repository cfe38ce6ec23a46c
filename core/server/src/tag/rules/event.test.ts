import type { EventTest, JsonObject } from '@perennial/contract';
import { valueAt } from './path.js';
import { applyTest } from './test.js';

/** Whether an event's properties pass the tests, all of them. */
export const passes = (tests: EventTest[] | undefined, properties: JsonObject): boolean =>
  tests === undefined || tests.every((test) => passesOne(test, properties));

function passesOne(test: EventTest, properties: JsonObject): boolean {
  if ('all' in test) return test.all.every((part) => passesOne(part, properties));
  if ('any' in test) return test.any.some((part) => passesOne(part, properties));
  if ('not' in test) return !passesOne(test.not, properties);
  // Tests of age are refused in event filters, so the instant plays no part.
  return applyTest(test.test, valueAt(properties, test.property), 0).holds;
}

/** Every property that the tests look at. */
export function propertiesOf(tests: EventTest[] | undefined): string[] {
  return (tests ?? []).flatMap((test) => {
    if ('all' in test) return propertiesOf(test.all);
    if ('any' in test) return propertiesOf(test.any);
    return 'not' in test ? propertiesOf([test.not]) : [test.property];
  });
}
