import { ALL_DIRT, generate, NO_DIRT, scoreRules, soil } from '../dist/playground/src/index.js';

/** Each kind of dirt alone on fewer people; the clean and the dirty year on many. */
const FEW = 20_000;
const MANY = 200_000;

const VARIANTS = [
  { name: 'clean', dirt: NO_DIRT, people: MANY },
  { name: 'shared phones and typos', dirt: { ...NO_DIRT, phones: true }, people: FEW },
  { name: 'shop tablets', dirt: { ...NO_DIRT, tablets: true }, people: FEW },
  { name: 'devices handed on', dirt: { ...NO_DIRT, handedOn: true }, people: FEW },
  { name: "the shop's phone", dirt: { ...NO_DIRT, hub: true }, people: FEW },
  { name: 'all of it', dirt: ALL_DIRT, people: MANY },
];

/** How right the default identity rules are on people who are known, with and without each kind of dirt. */
export function benchTruth() {
  return VARIANTS.map(({ name, dirt, people }) => {
    const until = Date.parse('2026-11-01T00:00:00Z');
    const score = scoreRules(() => soil(generate({ people, seed: 11, until }), 11, dirt));
    const four = (...values) => values.map((value) => value.toFixed(4)).join(' / ');
    return {
      name: `identity, ${people} people, ${score.events} events, ${name}`,
      value: `precision / recall of pairs ${four(score.precision, score.recall)}, B-cubed ${four(score.bCubedPrecision, score.bCubedRecall)}; ${score.barred} barred; ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`,
      floor: `recall of all evidence there is ${four(score.ceiling)}`,
      ratio: score.recall / score.ceiling,
      goal: name === 'all of it' ? 'precision >= 0.999' : '',
    };
  });
}
