import type { TriggerCause } from '@perennial/contract';

/** A cause as a flat form holds it. */
export interface CauseValues {
  on: TriggerCause['on'];
  /** `lifecycle:stage` or `lifecycle:stage/subStage`. */
  place?: string;
  tag?: string;
  /** The value that the tag takes, as it is typed; empty means any. */
  to?: string;
  event?: string;
  audience?: string;
}

export function toCause({ on, place = '', tag = '', to, event = '', audience = '' }: CauseValues): TriggerCause {
  if (on === 'stage.moved') {
    const [lifecycle = '', to = ''] = place.split(':');
    return { on, lifecycle, to };
  }
  if (on === 'tag.changed') return { on, tag, ...(to && { to: readValue(to) }) };
  return on === 'event.applied' ? { on, event } : { on, audience };
}

export function fromCause(cause: TriggerCause): CauseValues {
  const { on } = cause;
  if (on === 'stage.moved') return { on, place: `${cause.lifecycle}:${cause.to}` };
  if (on === 'tag.changed') return { on, tag: cause.tag, ...(cause.to !== undefined && { to: writeValue(cause.to) }) };
  return on === 'event.applied' ? { on, event: cause.event } : { on, audience: cause.audience };
}

/** Tags hold numbers and booleans too: `3` is the number, `"3"` the text, and what is no JSON is text as it stands. */
function readValue(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}

const writeValue = (value: unknown): string =>
  typeof value === 'string' && readValue(value) === value ? value : JSON.stringify(value);
