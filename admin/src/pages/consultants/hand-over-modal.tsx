import { Form, Input, Modal } from 'antd';
import { api } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { useAct } from '../../parts/use-act.js';
import { TOUCHED } from './touched.js';
import { ConsultantSelect } from './consultant-select.js';

interface HandOverModalProps {
  id: number;
  holder: string | undefined;
  onDone: () => void;
  onCancel: () => void;
}

interface Values {
  to: string;
  reason?: string;
}

/** To somebody else, or back into the queue. */
export function HandOverModal({ id, holder, onDone, onCancel }: HandOverModalProps) {
  const { texts } = useSpeech();
  const [form] = Form.useForm<Values>();
  const send = useAct(
    async (body: Values) => {
      await api('POST', `/assignments/${id}/hand-over`, body);
      onDone();
    },
    { refresh: TOUCHED },
  );
  return (
    <Modal
      open
      width={440}
      title={texts.conHandOver}
      okText={texts.conHandOver}
      confirmLoading={send.isPending}
      onOk={() => form.submit()}
      onCancel={onCancel}
    >
      <Form<Values> form={form} layout="vertical" style={{ marginTop: 12 }} onFinish={(values) => send.mutate(values)}>
        <Form.Item name="to" label={texts.conTo} rules={[{ required: true }]}>
          <ConsultantSelect without={holder} />
        </Form.Item>
        <Form.Item name="reason" label={texts.conReason}>
          <Input maxLength={255} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
