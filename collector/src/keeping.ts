import type { LogHeader, RequestFacts } from '@perennial/contract';
import type { Accepted, ItemError, Turned } from './answer.js';
import type { Checked } from './check.js';
import type { CollectorDeps, KnownKey } from './deps.js';
import { addressBehind, truncateIp } from './ip.js';
import type { Planned } from './policy/in-force.js';
import type { Received } from './receive.js';

/** A request that was let in: whose it is, and what its frame will say. */
export interface Request {
  header: LogHeader;
  isBot: boolean;
  key: string;
  known: KnownKey;
  deps: CollectorDeps;
}

const USER_AGENT_LENGTH = 512;

export function headerOf(
  received: Received,
  endpoint: string,
  { sourceId, policy }: KnownKey,
  deps: CollectorDeps,
): { header: LogHeader; isBot: boolean } {
  const address = addressBehind(deps.proxies ?? 0, received.header('x-forwarded-for'), received.ip);
  const userAgent = received.header('user-agent')?.slice(0, USER_AGENT_LENGTH);
  // Places are found by the whole address; what is kept of it may be less.
  const facts = policy && deps.factsOf?.(userAgent, address);
  const request = facts && policy && shown(facts, policy);
  const ip = deps.truncatesIp && address ? truncateIp(address) : address;
  return {
    header: {
      receivedAt: deps.now(),
      sourceId,
      endpoint,
      ...(ip && { ip }),
      ...(userAgent && { userAgent }),
      ...(request && Object.keys(request).length > 0 && { request }),
    },
    isBot: facts?.isBot ?? false,
  };
}

/** A server that sends for its visitors tells nothing about them by its own user agent and address. */
function shown({ isBot, ...facts }: RequestFacts, { bots, isEnriched }: NonNullable<KnownKey['policy']>): RequestFacts {
  return { ...(isEnriched && facts), ...(isBot && bots === 'mark' && { isBot }) };
}

/** Nobody can repair such a body, so it is turned away; but its bytes are kept, to show what a broken client sends. */
export async function keepWhole(
  { header, deps, key, known }: Request,
  bytes: Uint8Array,
  why: Turned,
): Promise<Turned> {
  known.policy?.spend(key, 1);
  await deps.keep({ ...header, refused: [{ index: -1, code: why.code, message: why.message }] }, bytes);
  return why;
}

export async function keepItems(
  request: Request,
  bytes: Uint8Array,
  checked: Checked,
  planned?: Planned,
): Promise<Accepted> {
  const { deps, isBot, key } = request;
  const { policy } = request.known;
  policy?.spend(key, checked.items);
  if (isBot && policy?.bots === 'drop') return dropBot(checked, deps);
  const errors = planned?.refused.length ? inOrder([...checked.errors, ...planned.refused]) : checked.errors;
  if (checked.items > 0) await deps.keep(stamped(request.header, errors, planned), bytes);
  return answer(checked.items, errors, planned, deps);
}

const inOrder = (errors: ItemError[]): ItemError[] => errors.toSorted((one, other) => one.index - other.index);

/** The header as it is, for nearly all requests: a copy costs as much as making it did. */
function stamped(header: LogHeader, errors: ItemError[], planned: Planned | undefined): LogHeader {
  if (errors.length === 0 && !planned?.stamp) return header;
  return { ...header, ...(planned?.stamp && { plan: planned.stamp }), ...(errors.length > 0 && { refused: errors }) };
}

/** A robot is told that all is well: what it would do otherwise is try again. */
function dropBot({ items }: Checked, { metrics }: CollectorDeps): Accepted {
  metrics.count('events_total', items, 'outcome="dropped",code="BOT"');
  return { ok: true, receivedEvents: items, okEvents: 0, errors: [], dropped: 'BOT' };
}

function answer(
  items: number,
  errors: ItemError[],
  planned: Planned | undefined,
  { metrics }: CollectorDeps,
): Accepted {
  metrics.count('events_total', items - errors.length, 'outcome="accepted"');
  for (const { code } of errors) metrics.count('events_total', 1, `outcome="refused",code="${code}"`);
  for (const { code, count } of planned?.stamp?.findings ?? [])
    metrics.count('plan_findings_total', count, `code="${code}"`);
  const warnings = planned?.warnings ?? [];
  return {
    ok: errors.length === 0,
    receivedEvents: items,
    okEvents: items - errors.length,
    errors,
    ...(warnings.length > 0 && { warnings }),
  };
}
