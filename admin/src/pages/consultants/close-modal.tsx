import { ASSIGNMENT_RESULTS, type AssignmentClosing } from '@perennial/contract';
import { Form, Input, InputNumber, Modal, Radio } from 'antd';
import { api } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { useAct } from '../../parts/use-act.js';
import { TOUCHED } from './touched.js';

interface CloseModalProps {
  id: number;
  onDone: () => void;
  onCancel: () => void;
}

interface Values extends Omit<AssignmentClosing, 'amount'> {
  amount?: number | null;
}

/** How it ended. */
export function CloseModal({ id, onDone, onCancel }: CloseModalProps) {
  const { texts } = useSpeech();
  const [form] = Form.useForm<Values>();
  const result = Form.useWatch('result', form) ?? 'won';
  const close = useAct(
    async (body: AssignmentClosing) => {
      await api('POST', `/assignments/${id}/close`, body);
      onDone();
    },
    { refresh: TOUCHED },
  );
  const send = ({ result: how, note, amount }: Values) => {
    const worth = how === 'won' && typeof amount === 'number' ? { amount } : {};
    close.mutate({ result: how, ...(note && { note }), ...worth });
  };
  return (
    <Modal
      open
      width={440}
      title={texts.conClose}
      okText={texts.conClose}
      confirmLoading={close.isPending}
      onOk={() => form.submit()}
      onCancel={onCancel}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        style={{ marginTop: 12 }}
        initialValues={{ result: 'won' }}
        onFinish={send}
      >
        <Form.Item name="result" label={texts.conResult}>
          <Radio.Group
            optionType="button"
            options={ASSIGNMENT_RESULTS.map((value) => ({ value, label: texts[`conResult_${value}`] }))}
          />
        </Form.Item>
        {result === 'won' && (
          <Form.Item name="amount" label={texts.conAmount}>
            <InputNumber min={0} max={1e9} precision={2} style={{ width: 180 }} />
          </Form.Item>
        )}
        <Form.Item name="note" label={texts.conNote}>
          <Input.TextArea maxLength={1_000} showCount rows={3} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
