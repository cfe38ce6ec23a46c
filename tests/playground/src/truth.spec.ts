import { describe, expect, it } from '@jest/globals';
import { ALL_DIRT, generate, NO_DIRT, scoreRules, soil, type Dirt } from './index.js';

const until = Date.parse('2026-11-01T00:00:00Z');
const score = (dirt: Dirt) => scoreRules(() => soil(generate({ people: 3_000, seed: 11, until }), 11, dirt));

describe('the default identity rules against the truth', () => {
  it('join nobody wrongly and miss nothing that is evident, where the data are clean', () => {
    const clean = score(NO_DIRT);
    expect(clean.precision).toBe(1);
    expect(clean.recall).toBe(clean.ceiling);
  });

  it('stay right on families, tablets, typos, the shop’s phone and devices handed on', () => {
    const dirty = score(ALL_DIRT);
    process.stdout.write(
      `identity rules, 3,000 people with all dirt: precision ${dirty.precision.toFixed(4)}, recall ${dirty.recall.toFixed(4)} of ${dirty.ceiling.toFixed(4)}, ${dirty.barred} barred\n`,
    );
    expect(dirty.precision).toBeGreaterThan(0.999);
    expect(dirty.recall / dirty.ceiling).toBeGreaterThan(0.995);
    expect(dirty.barred).toBeGreaterThan(0);
  });
});
