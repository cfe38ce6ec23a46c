import { describe, expect, it } from '@jest/globals';
import { plainSourceRule, type IdentityRules, type KindRule } from '@perennial/contract';
import { addWord, believeWord, changedRules, changeKind, changeSource, moveKind, dropWord } from './rules.diff.js';

const kind = (key: string, priority: number): KindRule => ({ key, isOn: true, strength: 'strong', priority });
const rules: IdentityRules = { kinds: [kind('user_id', 10), kind('phone', 20), kind('email', 30)], sources: [] };
const WEB = plainSourceRule('web', true);

describe('a draft of identity rules', () => {
  it('names what differs, and nothing when a change was taken back', () => {
    const draft = changeSource(changeKind(rules, 'phone', { perProfile: 2 }), WEB, { mayBind: true });
    expect(changedRules(rules, draft, [WEB])).toEqual({ kinds: ['phone'], sources: ['web'], words: [] });
    const back = changeSource(changeKind(draft, 'phone', { perProfile: undefined! }), WEB, { mayBind: false });
    expect(changedRules(rules, back, [WEB])).toEqual({ kinds: [], sources: [], words: [] });
  });

  it('counts words that were added or taken out, and not those that were put back', () => {
    const added = addWord(rules, { value: '门店公用', reason: '平板' });
    const both = believeWord(added, { value: '游客', reason: '会员名' });
    expect(changedRules(rules, both).words).toEqual(['+门店公用', '-游客']);
    const back = dropWord(dropWord(both, 'added', '门店公用'), 'removed', '游客');
    expect(changedRules(rules, back).words).toEqual([]);
  });

  it('moves a kind one place, and not beyond the ends', () => {
    const order = (of: IdentityRules) => of.kinds.toSorted((a, b) => a.priority - b.priority).map(({ key }) => key);
    expect(order(moveKind(rules, 'email', -1))).toEqual(['user_id', 'email', 'phone']);
    expect(moveKind(rules, 'user_id', -1)).toBe(rules);
    expect(new Set(moveKind(rules, 'email', -1).kinds.map(({ priority }) => priority)).size).toBe(3);
  });
});
