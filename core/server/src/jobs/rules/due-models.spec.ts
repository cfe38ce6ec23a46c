import { expect, it } from '@jest/globals';
import { dueModels } from './due-models.js';

const HOUR = 3_600_000;

it('finds the models that are due: never run, or longer ago than their pace; not those that are run by hand', () => {
  const models = [
    { key: 'new', everyHours: 24 },
    { key: 'old', everyHours: 24 },
    { key: 'fresh', everyHours: 24 },
    { key: 'by-hand' },
  ];
  const runs = [
    { model: 'old', startedAt: 0 },
    { model: 'fresh', startedAt: 0 },
    { model: 'fresh', startedAt: 10 * HOUR },
  ];
  expect(dueModels(models, runs, 24 * HOUR)).toEqual(['new', 'old']);
});
