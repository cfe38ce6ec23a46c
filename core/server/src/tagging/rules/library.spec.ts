import { describe, expect, it } from '@jest/globals';
import { Zone } from '../../time/zone.js';
import { compileTags, TAG_LIBRARY, TAG_SHELF } from '../../tag/index.js';
import { checkDefinition } from './check.js';

const ALL = [...TAG_LIBRARY, ...TAG_SHELF];
const tags = new Map(ALL.map((tag) => [tag.key, tag]));
const industriesOf = (industry: string) => TAG_SHELF.filter(({ industries }) => industries?.includes(industry));

describe('the library of definitions', () => {
  it('has more than forty, no two of one key, and some for each of four industries', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(60);
    expect(tags.size).toBe(ALL.length);
    for (const industry of ['medical_aesthetics', 'beauty', 'retail', 'health'])
      expect(industriesOf(industry).length).toBeGreaterThanOrEqual(8);
  });

  it.each(ALL.map((tag) => [tag.key, tag] as const))('%s may be published as it stands', (_, tag) => {
    expect(checkDefinition(tag, { tags, models: new Set() })).toEqual([]);
    expect(tag.scenario.zh && tag.scenario.en).toBeTruthy();
  });

  it('compiles as one program', () => {
    expect(compileTags(ALL, new Zone('Asia/Shanghai')).tags.length).toBeGreaterThanOrEqual(ALL.length);
  });
});
