import { attempt } from './attempt.js';
import type { Choices } from './consent.js';
import { isPlain, mergeContext, type Draft, type Envelope } from './envelope.js';
import type { Heart } from './heart.js';
import { randomId } from './ids.js';
import { EVENT_BYTES, utf8Bytes } from './limits.js';
import type { Fields } from './ports.js';
import { touchSession, type Session } from './session.js';
import { isoOf } from './text.js';
import type { Vault } from './vault.js';
import { writeJson } from './write.js';

export const SUPER = 'super';
const SUPER_FOR = ['track', 'page', 'screen'];

/** Takes one call on: into the queue when the visitor's consent and the plugins allow it. */
export function push(heart: Heart, draft: Draft): void {
  const { consent, options, hooks } = heart;
  if (!consent.maySend() && !(consent.isWaiting() && options.holdUntilConsent)) return;
  const passed = hooks.pass('before', draft);
  if (passed) enqueue(heart, passed, sessionOf(heart));
}

/** The answer's own event: it is told also when it is a no, if there was a yes before. */
export function choose(heart: Heart, choices: Choices): void {
  const { consent, hooks, sender } = heart;
  const could = consent.maySend();
  if (!consent.choose(choices)) return;
  const can = consent.maySend();
  if (can) heart.settle();
  if (could || can) enqueue(heart, { type: 'track', event: 'Consent Updated', properties: consent.choices() });
  heart.settle();
  if (!can) void sender.flush();
  hooks.call('consent', consent.choices());
}

function sessionOf(heart: Heart): Session | undefined {
  const { vault, now, options, ports, hooks } = heart;
  if (options.sessionMinutes <= 0) return undefined;
  const { session, isNew } = touchSession(
    vault,
    now(),
    options.sessionMinutes * 60_000,
    hooks.guarded(() => ports.campaign && ports.campaign()),
  );
  const arrival = isNew && hooks.guarded(() => ports.arrival && ports.arrival(vault));
  const began = { number: session.number, ...arrival };
  const draft: Draft = { type: 'track', event: 'Session Started', properties: began };
  const start = isNew && hooks.pass('before', draft);
  if (start) enqueue(heart, start, session);
  return session;
}

function enqueue(heart: Heart, draft: Draft, session?: Session): void {
  const { hooks, queue, sender, options } = heart;
  const event = hooks.pass('enrich', envelopeOf(heart, draft, session)) as Envelope;
  const text = textOf(heart, event);
  const bytes = utf8Bytes(text);
  if (bytes > EVENT_BYTES) {
    heart.counts.dropped += 1;
    throw new Error('over 32 kB');
  }
  queue.add(text, bytes);
  hooks.call('after', event);
  sender.schedule(options.flushMs);
}

function envelopeOf({ ports, identity, consent, vault, now, hooks }: Heart, draft: Draft, session?: Session): Envelope {
  const { anonymousId, userId, groupId } = identity.ids();
  const choices = consent.choices();
  const context = {
    library: ports.library,
    ...hooks.guarded(() => ports.context()),
    ...(session && session.campaign && { campaign: session.campaign }),
    ...(session && { session: { id: session.id, number: session.number, startedAt: session.startedAt } }),
    ...(groupId && { groupId }),
    ...(Object.keys(choices).length > 0 && { consent: { categoryPreferences: choices } }),
  };
  return {
    anonymousId,
    ...(userId && { userId }),
    messageId: randomId(),
    timestamp: isoOf(now()),
    ...draft,
    ...(SUPER_FOR.includes(draft.type) && { properties: { ...superOf(vault), ...draft.properties } }),
    context: mergeContext(context, draft.context),
  };
}

/** As JSON; what cannot be written is left out, and told. */
export function textOf({ fail }: Heart, value: object): string {
  const leftOut: string[] = [];
  const text = writeJson(value, (path) => leftOut.push(path));
  if (leftOut.length > 0) fail(new Error(`left out: ${leftOut.join(', ')}`));
  return text;
}

/** Properties that every event carries. What else stands there is not ours. */
export function superOf(vault: Vault): Fields {
  const stored: unknown = attempt(() => JSON.parse(vault.get(SUPER)!), {});
  return isPlain(stored) ? stored : {};
}
