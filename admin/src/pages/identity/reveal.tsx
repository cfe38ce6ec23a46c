import type { RevealedIdentifier } from '@perennial/contract';
import { Alert, Button, Descriptions, Modal, Typography } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { useAct } from '../../parts/use-act.js';
import { ReasonModal } from './parts.js';

/** Plain phones and e-mails of one person, for a reason; gone when the window is closed. */
export function Reveal({ id }: { id: string }) {
  const { texts, say } = useSpeech();
  const [isAsking, setAsking] = useState(false);
  const [shown, setShown] = useState<RevealedIdentifier[]>();
  const reveal = useAct(
    (reason: string) => api<RevealedIdentifier[]>('POST', `/profiles/${id}/identifiers/reveal`, { reason }),
    { refresh: [] },
  );
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        {texts.reveal}
      </Button>
      <ReasonModal
        title={texts.revealTitle}
        okText={texts.reveal}
        isOpen={isAsking}
        isPending={reveal.isPending}
        onOk={(reason) => reveal.mutate(reason, { onSuccess: (values) => (setAsking(false), setShown(values)) })}
        onClose={() => setAsking(false)}
      >
        <Alert type="info" title={texts.revealHint} />
      </ReasonModal>
      <Modal title={texts.revealTitle} open={shown !== undefined} footer={null} onCancel={() => setShown(undefined)}>
        {shown?.length === 0 && texts.revealNone}
        <Descriptions
          size="small"
          column={1}
          items={(shown ?? []).map(({ kind, title, value }) => ({
            key: `${kind}${value}`,
            label: say(title),
            children: <Typography.Text copyable>{value}</Typography.Text>,
          }))}
        />
      </Modal>
    </>
  );
}
