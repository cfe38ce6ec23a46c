import type { LifecycleDefinition, Stage, Text, Trace } from '@perennial/contract';
import { barred, type StatePlace } from '../../lifecycle/index.js';
import { traceCondition, type Explained } from '../../tagging/why.js';
import { DAY } from '../../time/zone.js';

/** What an explanation of a stage looks at. */
export interface Place {
  definition: LifecycleDefinition;
  place: StatePlace;
  /** An instant as operators read it. */
  dateOf: (at: number) => string;
}

/**
 * Why a person stands where they stand: stage by stage in the order in which they are tried, down to their own, each with
 * what kept them out or holds them in. The same questions as `decide` asks, told instead of settled.
 */
export function traceStages({ definition, place, dateOf }: Place, seen: Explained): Trace[] {
  const here = definition.stages.find(({ key }) => key === place.stage);
  if (!here) return [];
  const stayEnds = place.since + (here.minimumStayDays ?? 0) * DAY;
  if (stayEnds > seen.now) return [traceHere(here, definition, seen, stayTrace(dateOf(stayEnds)))];
  const tried = definition.stages.slice(0, definition.stages.indexOf(here));
  return [...tried.map((stage) => traceOther(stage, here, place, dateOf, seen)), traceHere(here, definition, seen)];
}

const say = (zh: string, en: string): Text => ({ zh, en });

const titled = ({ title }: Stage, { zh, en }: Text): Text => say(`${title.zh}：${zh}`, `${title.en}: ${en}`);

const stayTrace = (until: string): Trace => ({
  text: say(`至少停留到 ${until}，在此之前不再判断`, `stays at least until ${until}, and is not decided before`),
  holds: true,
});

/** The stage that they are in holds them by its own condition, by its weaker one for staying, or because nothing else does. */
function traceHere(stage: Stage, definition: LifecycleDefinition, seen: Explained, minimum?: Trace): Trace {
  const entry = stage.when && traceCondition(stage.when, seen);
  const stay = stage.stay && !entry?.holds ? traceCondition(stage.stay, seen) : undefined;
  const text = entry?.text ?? say('其他阶段都不满足的人在这里', 'whoever belongs nowhere else');
  const isRest = stage.key === definition.initial && !stage.when;
  const sub = (stage.subStages ?? []).map((one) => prefixed(one.title, traceCondition(one.when, seen)));
  return {
    text: titled(stage, text),
    holds: isRest || (entry?.holds ?? false) || (stay?.holds ?? false) || minimum !== undefined,
    parts: [
      ...(minimum ? [minimum] : []),
      ...(entry ? [entry] : []),
      ...(stay ? [prefixed(say('停留条件', 'to stay'), stay)] : []),
      ...sub,
    ],
  };
}

/** A stage that is tried before theirs and that they did not enter. */
function traceOther(stage: Stage, here: Stage, place: StatePlace, dateOf: Place['dateOf'], seen: Explained): Trace {
  const closed = closedTrace(stage, here, place, dateOf, seen.now);
  const entry = stage.when && traceCondition(stage.when, seen);
  const guards = (stage.guards ?? []).flatMap(({ veto, message }) => {
    const trace = traceCondition(veto, seen);
    return trace.holds ? [{ text: message, holds: false, parts: [trace] }] : [];
  });
  return {
    text: titled(stage, entry?.text ?? say('初始阶段', 'the stage to begin in')),
    holds: !closed && guards.length === 0 && (entry?.holds ?? false),
    parts: [...(closed ? [closed] : []), ...(entry ? [entry] : []), ...guards],
  };
}

/** Where no way leads from theirs, or what was left too recently. */
function closedTrace(
  stage: Stage,
  here: Stage,
  place: StatePlace,
  dateOf: Place['dateOf'],
  now: number,
): Trace | undefined {
  if (here.next && !here.next.includes(stage.key))
    return {
      text: say(`从“${here.title.zh}”不能直接进入`, `no way leads here from “${here.title.en}”`),
      holds: false,
    };
  const until = barred(stage, place);
  if (until <= now) return undefined;
  if (until === Infinity) return { text: say('离开后不再进入', 'is not entered again once left'), holds: false };
  return {
    text: say(`离开后冷却到 ${dateOf(until)}`, `closed since it was left until ${dateOf(until)}`),
    holds: false,
  };
}

const prefixed = ({ zh, en }: Text, trace: Trace): Trace => ({
  ...trace,
  text: say(`${zh}：${trace.text.zh}`, `${en}: ${trace.text.en}`),
});
