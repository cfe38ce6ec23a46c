import type { RevealedRefusal } from '@perennial/contract';
import { Alert, Button, Modal, Typography } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { useAct } from '../parts/use-act.js';
import { ReasonModal } from './identity/parts.js';

/** A refused item as it came, for a reason; gone when the window is closed. */
export function QuarantineReveal({ id }: { id: string }) {
  const { texts } = useSpeech();
  const [isAsking, setAsking] = useState(false);
  const [shown, setShown] = useState<string>();
  const reveal = useAct((reason: string) => api<RevealedRefusal>('POST', `/quarantine/${id}/reveal`, { reason }), {
    refresh: [],
  });
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        {texts.reveal}
      </Button>
      <ReasonModal
        title={texts.reveal}
        okText={texts.reveal}
        isOpen={isAsking}
        isPending={reveal.isPending}
        onOk={(reason) => reveal.mutate(reason, { onSuccess: ({ body }) => (setAsking(false), setShown(body)) })}
        onClose={() => setAsking(false)}
      >
        <Alert type="info" title={texts.revealHint} />
      </ReasonModal>
      <Modal title={texts.content} open={shown !== undefined} footer={null} onCancel={() => setShown(undefined)}>
        <Typography.Paragraph copyable style={{ wordBreak: 'break-all' }}>
          {shown}
        </Typography.Paragraph>
      </Modal>
    </>
  );
}
