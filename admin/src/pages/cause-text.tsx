import type { TriggerCause } from '@perennial/contract';
import { useSpeech } from '../i18n/language.js';
import { useSayPlace } from '../parts/use-stages.js';

/** What something waits for, in words. */
export function CauseText({ cause }: { cause: TriggerCause }) {
  const { texts } = useSpeech();
  const sayPlace = useSayPlace();
  if (cause.on === 'stage.moved') return <>{`${texts.onStage} ${sayPlace(cause.lifecycle, cause.to)}`}</>;
  if ('audience' in cause)
    return <>{`${cause.on === 'audience.entered' ? texts.onEntered : texts.onLeft} ${cause.audience}`}</>;
  return (
    <>
      {cause.on === 'tag.changed'
        ? `${texts.onTag} ${cause.tag}${cause.to === undefined ? '' : ` = ${JSON.stringify(cause.to)}`}`
        : `${texts.onEvent} ${cause.event}`}
    </>
  );
}
