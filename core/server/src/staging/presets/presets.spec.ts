import { describe, expect, it } from '@jest/globals';
import { TAG_LIBRARY, TAG_SHELF } from '../../tag/index.js';
import { checkLifecycle } from '../rules/check.js';
import { INDUSTRIES, presetsWith } from './industries.js';

const tags = new Map([...TAG_LIBRARY, ...TAG_SHELF].map((tag) => [tag.key, tag]));

describe('presets of industries', () => {
  it.each(presetsWith({}).map((definition) => [definition.key, definition] as const))(
    '%s may be published as it stands, has a playbook for every stage and says why it is so',
    (_, definition) => {
      expect(checkLifecycle(definition, tags, new Map())).toEqual([]);
      expect(definition.stages.map(({ key }) => key)).toEqual(['churn', 'loyal', 'active', 'new', 'potential']);
      expect(definition.stages.every(({ playbook }) => playbook && playbook.actions.length >= 3)).toBe(true);
      expect(definition.explanation?.zh && definition.explanation.en).toBeTruthy();
    },
  );

  it('differ, and take the enterprise’s own thresholds', () => {
    expect(new Set(INDUSTRIES.map(({ thresholds }) => thresholds.atRiskDays)).size).toBeGreaterThan(2);
    const [own] = presetsWith({ highValue: 777 });
    expect(JSON.stringify(own)).toContain('"value":777');
  });
});
