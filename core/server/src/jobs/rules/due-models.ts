import type { ModelRunView } from '@perennial/contract';
import type { ModelFacts } from '@perennial/kit';

const HOUR = 3_600_000;

/** The models whose last run began longer ago than their pace says; one that never ran is due. */
export function dueModels(
  models: Pick<ModelFacts, 'key' | 'everyHours'>[],
  runs: Pick<ModelRunView, 'model' | 'startedAt'>[],
  now: number,
): string[] {
  return models
    .filter(({ key, everyHours }) => {
      const last = runs.filter(({ model }) => model === key).map(({ startedAt }) => startedAt);
      return everyHours !== undefined && (last.length === 0 || now - Math.max(...last) >= everyHours * HOUR);
    })
    .map(({ key }) => key);
}
