import { parsePattern } from './parse.js';
import { MATCHED, programOf, type Step } from './program.js';

/** All the places in a pattern at which a text may be, after what was read of it. */
interface Place {
  steps: number[];
  isStart: boolean;
  /** Whether it has matched whatever follows, and whether it has if nothing does. */
  isMatch: boolean;
  isMatchAtEnd?: boolean;
  /** Where each character leads that was met here. */
  next: Map<string, Place>;
}

/** What is remembered of a pattern: steps of places, and characters met there. Beyond it, it is worked out again. */
const MOST_REMEMBERED = 200_000;
const MOST_TURNS = 2_000;

/**
 * A test of whether a text matches somewhere, for patterns that others wrote and texts that strangers chose: its time is
 * bounded by the text's length times the pattern's, because all ways through the pattern are followed at once and none is
 * tried again. Throws `PatternProblem` on what it does not know: `patternProblem` says so beforehand.
 */
export function compilePattern(source: string, flags: 'u' | 'iu' = 'u'): (text: string) => boolean {
  const steps = programOf(parsePattern(source, flags));
  const first = steps.length - 1;
  let places = new Map<string, Place>();
  let [turns, remembered] = [0, 0];

  function placeOf(from: number[], isStart: boolean): Place {
    const found = reach(steps, from, isStart, false);
    if (isStart) return blank(found, isStart);
    const key = String.fromCharCode(...found);
    const known = places.get(key);
    if (known) return known;
    const place = blank(found, isStart);
    remembered += found.length;
    places.set(key, place);
    return place;
  }

  function turn(place: Place, character: string): Place {
    if (remembered > MOST_REMEMBERED || (turns += 1) > MOST_TURNS) {
      [places, remembered, turns] = [new Map<string, Place>(), 0, 0];
      begin = placeOf([first], true);
    }
    const asked = new Map<RegExp, boolean>();
    // A match may begin anywhere.
    const to = [first];
    for (const n of place.steps) {
      const { test, to: next } = steps[n]!;
      if (!test) continue;
      const passes = asked.get(test) ?? test.test(character);
      asked.set(test, passes);
      if (passes) to.push(next[0]!);
    }
    const next = placeOf(to, false);
    place.next.set(character, next);
    return next;
  }

  let begin = placeOf([first], true);
  return (text) => {
    let place = begin;
    for (const character of text) {
      if (place.isMatch) return true;
      place = place.next.get(character) ?? turn(place, character);
    }
    return (place.isMatchAtEnd ??= reach(steps, place.steps, place.isStart, true).includes(MATCHED));
  };
}

const blank = (steps: number[], isStart: boolean): Place => ({
  steps,
  isStart,
  isMatch: steps.includes(MATCHED),
  next: new Map(),
});

/** Every step at which something is asked, as far as it goes without a character; in order, so that equal ones look equal. */
function reach(steps: Step[], from: number[], isStart: boolean, isEnd: boolean): number[] {
  const seen = new Uint8Array(steps.length);
  const open = [...from];
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    if (seen[n]) continue;
    seen[n] = 1;
    const { test, place, to } = steps[n]!;
    if (!test && (place === 'start' ? isStart : place === undefined || isEnd)) open.push(...to);
  }
  const asking: number[] = [];
  for (let n = 0; n < steps.length; n++)
    if (seen[n] && (n === MATCHED || steps[n]!.test || steps[n]!.place)) asking.push(n);
  return asking;
}
