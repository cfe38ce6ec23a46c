import { describe, expect, it } from '@jest/globals';
import type { Rule } from '@perennial/contract';
import { isComplete, kindOf, LEAF_KINDS, newLeaf, newTest, opsOf, unwrap, wrap } from './rules.js';

describe('a rule in the editor', () => {
  it('is told by its kind again, whichever leaf it began as', () => {
    expect(LEAF_KINDS.map((kind) => kindOf(newLeaf(kind, 'default')))).toEqual([...LEAF_KINDS]);
  });

  it('shows "not" as a mark and writes it back, twice being none', () => {
    const leaf: Rule = { audience: 'rich' };
    expect(unwrap({ not: leaf })).toEqual({ inner: leaf, isNot: true });
    expect(unwrap({ not: { not: leaf } })).toEqual({ inner: leaf, isNot: false });
    expect(wrap(leaf, true)).toEqual({ not: leaf });
  });

  it('is not counted before everything is chosen', () => {
    expect(isComplete({ all: [] })).toBe(false);
    expect(isComplete({ all: [newLeaf('behaviour', 'default')] })).toBe(false);
    expect(isComplete({ all: [newLeaf('stage', 'default')] })).toBe(false);
    expect(isComplete({ any: [{ percent: 5 }, { not: { tag: 'a', test: { op: 'exists' } } }] })).toBe(true);
  });

  it('offers of each type only tests that a value of it can pass', () => {
    expect(opsOf('date')).toContain('within');
    expect(opsOf('text')).not.toContain('gt');
    expect(newTest('is', 'boolean')).toEqual({ op: 'is', value: true });
  });
});
