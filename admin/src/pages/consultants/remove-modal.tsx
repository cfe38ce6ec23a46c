import type { ConsultantView } from '@perennial/contract';
import { Modal, Space } from 'antd';
import { useState } from 'react';
import { api, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { useAct } from '../../parts/use-act.js';
import { TOUCHED } from './touched.js';
import { ConsultantSelect } from './consultant-select.js';

/** A consultant goes; what she has goes to somebody first. */
export function RemoveModal({ consultant, onClose }: { consultant: ConsultantView; onClose: () => void }) {
  const { texts } = useSpeech();
  const { id, name, load } = consultant;
  const [to, setTo] = useState('queue');
  const remove = useAct(() => api('DELETE', `/consultants/${id}${query({ to: load > 0 ? to : undefined })}`), {
    refresh: TOUCHED,
    done: texts.saved,
  });
  return (
    <Modal
      open
      width={440}
      title={`${texts.conRemove} · ${name}`}
      okText={texts.remove}
      okButtonProps={{ danger: true }}
      confirmLoading={remove.isPending}
      onOk={() => remove.mutate(undefined, { onSuccess: onClose })}
      onCancel={onClose}
    >
      {load === 0 ? (
        texts.conRemoveFree
      ) : (
        <Space orientation="vertical" style={{ width: '100%' }}>
          {texts.conRemoveHolds.replace('{n}', String(load))}
          <ConsultantSelect value={to} onChange={setTo} without={id} />
        </Space>
      )}
    </Modal>
  );
}
