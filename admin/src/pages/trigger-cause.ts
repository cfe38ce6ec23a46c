import type { TriggerCause } from '@perennial/contract';

/** A cause as a flat form holds it. */
export interface CauseValues {
  on: TriggerCause['on'];
  stage?: string;
  tag?: string;
  /** The value that the tag takes, as it is typed; empty means any. */
  to?: string;
  event?: string;
}

export function toCause({ on, stage = '', tag = '', to, event = '' }: CauseValues): TriggerCause {
  if (on === 'stage.moved') return { on, lifecycle: 'default', to: stage };
  return on === 'tag.changed' ? { on, tag, ...(to && { to: readValue(to) }) } : { on, event };
}

export function fromCause(cause: TriggerCause): CauseValues {
  const { on } = cause;
  if (on === 'stage.moved') return { on, stage: cause.to };
  return on === 'tag.changed'
    ? { on, tag: cause.tag, ...(cause.to !== undefined && { to: writeValue(cause.to) }) }
    : { on, event: cause.event };
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
