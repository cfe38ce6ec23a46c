import type { AssignmentDetail, AssignmentView } from '@perennial/contract';
import { App, Button, Space } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { useAct } from '../../parts/use-act.js';
import { TOUCHED } from './touched.js';
import { CloseModal } from './close-modal.js';
import { HandOverModal } from './hand-over-modal.js';
import { HistoryDrawer } from './history.js';
import { useMyself } from './use-consultants.js';

type Act = 'take' | 'contact' | 'reopen';

/** What may be done with an assignment now; what was done can be taken back from the message that says so. */
export function AssignmentActs({ assignment }: { assignment: AssignmentView }) {
  const { texts } = useSpeech();
  const { id, status, isMine, consultantId } = assignment;
  const [shown, setShown] = useState<'close' | 'hand-over' | 'history'>();
  const myself = useMyself();
  const sayDone = useUndoable(id);
  const done = { take: texts.conTaken, contact: texts.conContacted, reopen: texts.conUndone };
  // Said by the act itself: a row that the list lets go of hears no callbacks any more.
  const act = useAct(
    async (what: Act) => {
      await api<AssignmentDetail>('POST', `/assignments/${id}/${what}`, {});
      sayDone(done[what], what === 'contact');
    },
    { refresh: TOUCHED },
  );
  const run = (what: Act) => act.mutate(what);
  const close = () => setShown(undefined);
  const isStanding = status !== 'closed';
  return (
    <Space size={10} wrap={false}>
      {status === 'waiting' && myself && (
        <LinkButton loading={act.isPending} onClick={() => run('take')}>
          {texts.conTake}
        </LinkButton>
      )}
      {status === 'open' && isMine && (
        <LinkButton loading={act.isPending} onClick={() => run('contact')}>
          {texts.conContact}
        </LinkButton>
      )}
      {isStanding && isMine && <LinkButton onClick={() => setShown('close')}>{texts.conClose}</LinkButton>}
      {isStanding && isMine && <LinkButton onClick={() => setShown('hand-over')}>{texts.conHandOver}</LinkButton>}
      {(status === 'contacted' || status === 'closed') && isMine && (
        <LinkButton loading={act.isPending} onClick={() => run('reopen')}>
          {texts.conUndo}
        </LinkButton>
      )}
      <LinkButton onClick={() => setShown('history')}>{texts.conDetails}</LinkButton>
      {shown === 'close' && (
        <CloseModal id={id} onDone={() => (close(), sayDone(texts.conClosed, true))} onCancel={close} />
      )}
      {shown === 'hand-over' && (
        <HandOverModal
          id={id}
          holder={consultantId}
          onDone={() => (close(), sayDone(texts.conHandedOver, false))}
          onCancel={close}
        />
      )}
      {shown === 'history' && <HistoryDrawer id={id} onClose={close} />}
    </Space>
  );
}

/** Says that something was done, with a way back where there is one. */
function useUndoable(id: number): (text: string, canUndo: boolean) => void {
  const { texts } = useSpeech();
  const { message } = App.useApp();
  const undo = useAct(() => api('POST', `/assignments/${id}/reopen`, {}), { refresh: TOUCHED, done: texts.conUndone });
  return (text, canUndo) => {
    const key = `assignment ${id}`;
    const back = () => (message.destroy(key), undo.mutate(undefined));
    const content = (
      <>
        {text}
        {canUndo && (
          <Button size="small" type="link" onClick={back}>
            {texts.conUndo}
          </Button>
        )}
      </>
    );
    void message.open({ key, type: 'success', content, duration: canUndo ? 8 : 3 });
  };
}
