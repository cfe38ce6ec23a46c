import type { Hook, HookName } from '@perennial/contract';
import type { Outcome } from '../../ingest/index.js';
import { publicId } from '../../profile/profile.id.js';

/** The hooks of a batch, for those names that somebody hears; building the others would cost time for nothing. */
export function hooksOf(outcome: Outcome, wanted: ReadonlySet<HookName>): Hook[] {
  return [
    ...graphHooks(outcome, wanted),
    ...(wanted.has('profile.split') ? outcome.splits.map(splitHook) : []),
    ...(wanted.has('event.applied') ? outcome.applied.map(appliedHook) : []),
    ...(wanted.has('tag.changed') ? outcome.tags.map(tagHook) : []),
    ...(wanted.has('stage.moved') ? outcome.moves.map(moveHook) : []),
    ...outcome.passages.map(passageHook).filter(({ name }) => wanted.has(name)),
  ];
}

function graphHooks({ graph }: Outcome, wanted: ReadonlySet<HookName>): Hook[] {
  return graph.flatMap(({ change, event: { at } }): Hook[] => {
    if (change.kind === 'created' && wanted.has('profile.created'))
      return [{ name: 'profile.created', payload: { profileId: publicId(change.profile), at } }];
    if (change.kind === 'merged' && wanted.has('profile.merged'))
      return [
        { name: 'profile.merged', payload: { kept: publicId(change.kept), dropped: publicId(change.dropped), at } },
      ];
    return [];
  });
}

const splitHook = ({ profile, parts, at }: Outcome['splits'][number]): Hook => ({
  name: 'profile.split',
  payload: { profileId: publicId(profile), parts: parts.map(publicId), at },
});

const appliedHook = ({ profile, event }: Outcome['applied'][number]): Hook => ({
  name: 'event.applied',
  payload: {
    profileId: publicId(profile),
    eventId: event.eventId,
    type: event.type,
    name: event.name,
    sourceId: event.sourceId,
    at: event.at,
  },
});

const tagHook = ({ profile, change }: Outcome['tags'][number]): Hook => ({
  name: 'tag.changed',
  payload: { profileId: publicId(profile), tag: change.tag, from: change.from, to: change.to, at: change.at },
});

const passageHook = ({ profile, change: { kind, audience, at } }: Outcome['passages'][number]): Hook => ({
  name: `audience.${kind}`,
  payload: { profileId: publicId(profile), audience, at },
});

const moveHook = ({ profile, change }: Outcome['moves'][number]): Hook => ({
  name: 'stage.moved',
  payload: {
    profileId: publicId(profile),
    lifecycle: change.lifecycle,
    from: change.from,
    to: change.to,
    reason: change.reason,
    at: change.at,
  },
});
