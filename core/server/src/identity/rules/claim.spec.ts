import { describe, expect, it } from '@jest/globals';
import type { Envelope, JsonObject } from '@perennial/contract';
import { identifiersOf } from './claim.js';
import { CORE_KINDS } from './kinds.js';
import { defaultRules, kindsUnder } from './rule-set.js';

const kinds = kindsUnder(defaultRules(CORE_KINDS), CORE_KINDS);

const kindsOf = (more: Partial<Envelope>): string[] =>
  identifiersOf({ type: 'track', event: 'Tick', userId: 'm1', ...more }, kinds)
    .filter(({ isDerived }) => !isDerived)
    .map(({ kind, value }) => `${kind} ${value}`);
const phone: JsonObject = { phone: '13900009999' };

describe('whose phone it is', () => {
  it('hers, in the traits and in those that clients repeat', () => {
    expect(kindsOf({ type: 'identify', traits: phone })).toContain('phone +8613900009999');
    expect(kindsOf({ context: { traits: phone } })).toContain('phone +8613900009999');
  });

  it("the company's, in the traits of a group, and where Jitsu's client mixes them into what it repeats", () => {
    expect(kindsOf({ type: 'group', groupId: 'store-9', traits: phone })).toEqual(['user_id m1']);
    const context = { library: { name: '@jitsu/js', version: '1.11.0' }, traits: { city: 'Chengdu', ...phone } };
    expect(kindsOf({ groupId: 'store-9', context })).toEqual(['user_id m1']);
    expect(kindsOf({ type: 'identify', traits: phone, context })).toContain('phone +8613900009999');
  });
});
