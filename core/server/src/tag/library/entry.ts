import type { Aggregate, Condition, TagCategory, TagDefinition, TagValueType, Text, Window } from '@perennial/contract';

/** A definition as it stands in the library; who publishes it becomes its owner. */
export type Entry = Omit<TagDefinition, 'version' | 'owner'>;

export const PURCHASES = ['Order Completed', 'Product Purchased'];

/** What a customer does of her own accord. */
export const CONTACTS = [
  '$page',
  '$screen',
  'Product Viewed',
  'Product Added',
  'Content Viewed',
  'Live Watched',
  'Lead Submitted',
  'Checked In',
  'Consultation Booked',
  'Coupon Redeemed',
  'Message Clicked',
  'Message Replied',
  ...PURCHASES,
];

type Kind = `${TagCategory} ${TagValueType}`;

/** One line for what every definition says; `empty` when its rule stops matching. */
export function entry(
  key: string,
  title: Text,
  kind: Kind,
  scenario: Text,
  computation: TagDefinition['computation'],
  rest: Partial<Entry> = {},
): Entry {
  const [category, valueType] = kind.split(' ') as [TagCategory, TagValueType];
  return { key, title, category, valueType, computation, scenario, onUnmatched: 'empty', ...rest };
}

export const text = (zh: string, en: string): Text => ({ zh, en });

export const days = (last: number, skip?: number): Window => ({
  last,
  unit: 'day',
  ...(skip !== undefined && { skip }),
});

export const counted = (names: string[], window?: Window, rest: Partial<Aggregate> = {}): Aggregate => ({
  kind: 'aggregate',
  event: { names },
  measure: 'count',
  ...(window && { window }),
  ...rest,
});

/** Whether it happened at least so often. */
export const did = (names: string[], window?: Window, times = 1): Condition => ({
  behaviour: counted(names, window),
  test: { op: 'gte', value: times },
});

export const didNot = (names: string[], window?: Window): Condition => ({ not: did(names, window) });

/** A tag that is `true` where the condition holds, and has no value elsewhere. */
export const whether = (when: Condition): TagDefinition['computation'] => ({
  kind: 'tiers',
  tiers: [{ when, value: true }],
});

export interface Band {
  value: string;
  title: Text;
}

export const band = (value: string, zh: string, en: string): Band => ({ value, title: { zh, en } });
