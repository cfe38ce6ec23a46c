import {
  findingText,
  isJsonObject,
  type CountedFinding,
  type EventType,
  type JsonObject,
  type PlanCheck,
  type PlanFinding,
  type PlanMode,
} from '@perennial/contract';
import type { Checked } from '../check.js';
import type { Planned } from './in-force.js';
import type { Endpoint } from '../adapters/adapter.js';

interface Rules {
  mode: Exclude<PlanMode, 'off'>;
  revision: number;
  check: PlanCheck;
}

const MOST_COUNTED = 50;
const MOST_WARNED = 100;

const itemsOf = (body: JsonObject, endpoint: Endpoint): unknown[] =>
  endpoint === 'batch' ? (body['batch'] as unknown[]) : [body];

const typeOf = (item: JsonObject, endpoint: Endpoint): EventType =>
  endpoint === 'batch' ? (item['type'] as EventType) : endpoint;

/** Whether all items are as planned. They passed their own checks before. */
export function isAsPlanned(body: JsonObject, endpoint: Endpoint, check: PlanCheck): boolean {
  return itemsOf(body, endpoint).every(
    (item) => check(item as JsonObject, typeOf(item as JsonObject, endpoint)).length === 0,
  );
}

/** Looks at every item that is not refused already. */
export function planOf(body: JsonObject, endpoint: Endpoint, { errors }: Checked, plan: Rules): Planned {
  const refusedBefore = new Set(errors.map(({ index }) => index));
  const found = new Map<string, CountedFinding>();
  const unplanned: [index: number, findings: PlanFinding[]][] = [];
  itemsOf(body, endpoint).forEach((item, index) => {
    if (refusedBefore.has(index) || !isJsonObject(item)) return;
    const findings = plan.check(item, typeOf(item, endpoint));
    if (findings.length === 0) return;
    unplanned.push([index, findings]);
    for (const finding of findings) count(found, finding);
  });
  return unplanned.length === 0 ? NOTHING : inMode(plan, unplanned, [...found.values()]);
}

const NOTHING: Planned = { refused: [], warnings: [] };

function inMode(plan: Rules, unplanned: [number, PlanFinding[]][], findings: CountedFinding[]): Planned {
  const stamp = { revision: plan.revision, findings };
  if (plan.mode === 'observe') return { ...NOTHING, stamp };
  const told = unplanned.map(([index, [first]]) => ({ index, code: first!.code, message: findingText(first!) }));
  if (plan.mode === 'block') return { refused: told, warnings: [], stamp };
  const items = unplanned.map(([index, all]) => ({ index, codes: [...new Set(all.map(({ code }) => code))] }));
  return { refused: [], warnings: told.slice(0, MOST_WARNED), stamp: { ...stamp, items } };
}

/** Names of unknown events are a client's own words: a request may bring only so many different ones. */
function count(found: Map<string, CountedFinding>, finding: PlanFinding): void {
  const key = `${finding.code}\n${finding.event}\n${finding.path}`;
  const known = found.get(key);
  if (known) known.count += 1;
  else if (found.size < MOST_COUNTED) found.set(key, { ...finding, count: 1 });
}
