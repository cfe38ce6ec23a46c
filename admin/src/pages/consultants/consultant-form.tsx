import type { ConsultantView, UserView, WorkingHours } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import {
  AutoComplete,
  Checkbox,
  Form,
  Input,
  InputNumber,
  Modal,
  Select,
  Space,
  Switch,
  type FormInstance,
} from 'antd';
import { api, get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { useAct } from '../../parts/use-act.js';
import { TOUCHED } from './touched.js';
import { useConsultants } from './use-consultants.js';

interface Values {
  name: string;
  shop?: string;
  capacity: number;
  isOnDuty: boolean;
  userId?: string;
  hasHours: boolean;
  days: number[];
  from: string;
  to: string;
}

const NEW: Values = {
  name: '',
  capacity: 20,
  isOnDuty: true,
  hasHours: false,
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '18:00',
};
const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;
/** Every half hour, and the last minute of the day. */
const TIMES = [
  ...Array.from({ length: 48 }, (_, n) => `${String(Math.floor(n / 2)).padStart(2, '0')}:${n % 2 === 0 ? '00' : '30'}`),
  '23:59',
].map((value) => ({ value, label: value }));
const REQUIRED = [{ required: true }];

interface ConsultantModalProps {
  known: ConsultantView | undefined;
  onClose: () => void;
}

export function ConsultantModal({ known, onClose }: ConsultantModalProps) {
  const { texts } = useSpeech();
  const [form] = Form.useForm<Values>();
  const save = useAct(
    (values: Values) =>
      known ? api('PATCH', `/consultants/${known.id}`, bodyOf(values)) : api('POST', '/consultants', bodyOf(values)),
    { refresh: TOUCHED, done: texts.saved },
  );
  return (
    <Modal
      open
      width={520}
      title={known ? `${texts.edit} · ${known.name}` : texts.conCrew}
      okText={texts.save}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        style={{ marginTop: 12 }}
        initialValues={known ? valuesOf(known) : NEW}
        onFinish={(values) => save.mutate(values, { onSuccess: onClose })}
      >
        <Form.Item name="name" label={texts.title} rules={[{ required: true, max: 64 }]}>
          <Input autoFocus />
        </Form.Item>
        <Space size={16} align="start">
          <Form.Item name="shop" label={texts.conShop}>
            <ShopField />
          </Form.Item>
          <Form.Item name="capacity" label={texts.conCapacity} rules={REQUIRED}>
            <InputNumber min={0} max={1_000} precision={0} style={{ width: 130 }} />
          </Form.Item>
          <Form.Item name="isOnDuty" label={texts.conDuty} valuePropName="checked">
            <Switch />
          </Form.Item>
        </Space>
        <HoursFields form={form} hasHours={known?.hours !== undefined} />
        <Form.Item name="userId" label={texts.conOperator} extra={texts.conOperatorHint}>
          <OperatorField />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** Shops that colleagues work in are offered; a new one is typed. */
function ShopField(props: { value?: string; onChange?: (shop: string) => void }) {
  const { data = [] } = useConsultants();
  const shops = [...new Set(data.map(({ shop }) => shop).filter(Boolean))];
  return <AutoComplete {...props} style={{ width: 180 }} options={shops.map((value) => ({ value }))} />;
}

function OperatorField(props: { value?: string; onChange?: (id: string) => void }) {
  const users = useQuery({ queryKey: ['users'], queryFn: () => get<UserView[]>('/users') });
  const { data: crew = [] } = useConsultants();
  const taken = (id: string) => crew.find(({ userId }) => userId === id && id !== props.value);
  return (
    <Select
      {...props}
      allowClear
      loading={users.isPending}
      options={(users.data ?? []).map(({ id, name }) => ({
        value: id,
        label: taken(id) ? `${name} · ${taken(id)?.name}` : name,
        disabled: taken(id) !== undefined,
      }))}
    />
  );
}

function HoursFields({ form, hasHours }: { form: FormInstance<Values>; hasHours: boolean }) {
  const { texts } = useSpeech();
  const isOn = Form.useWatch('hasHours', form) ?? hasHours;
  const inOrder = () => ({
    validator: () =>
      form.getFieldValue('from') < form.getFieldValue('to')
        ? Promise.resolve()
        : Promise.reject(new Error(texts.conHoursWrong)),
  });
  return (
    <>
      <Form.Item
        name="hasHours"
        label={texts.conHours}
        valuePropName="checked"
        style={isOn ? { marginBottom: 8 } : {}}
        extra={texts.conHoursHint}
      >
        <Switch unCheckedChildren={texts.conAlways} />
      </Form.Item>
      {isOn && (
        <>
          <Form.Item name="days" rules={REQUIRED} style={{ marginBottom: 8 }}>
            <Checkbox.Group options={WEEK.map((value) => ({ value, label: texts[`conWeek_${value}`] }))} />
          </Form.Item>
          <Space size={16} align="start">
            <Form.Item name="from" label={texts.conHoursFrom} rules={REQUIRED}>
              <Select showSearch style={{ width: 110 }} options={TIMES} />
            </Form.Item>
            <Form.Item name="to" label={texts.conHoursTo} dependencies={['from']} rules={[...REQUIRED, inOrder]}>
              <Select showSearch style={{ width: 110 }} options={TIMES} />
            </Form.Item>
          </Space>
        </>
      )}
    </>
  );
}

function bodyOf({ name, shop = '', capacity, isOnDuty, userId, hasHours, days, from, to }: Values) {
  const hours: WorkingHours | null = hasHours ? { days: days.toSorted((a, b) => a - b), from, to } : null;
  return { name, shop: shop.trim(), capacity, isOnDuty, hours, userId: userId ?? null };
}

const valuesOf = ({ name, shop, capacity, isOnDuty, hours, userId }: ConsultantView): Values => ({
  ...NEW,
  name,
  shop,
  capacity,
  isOnDuty,
  hasHours: hours !== undefined,
  ...hours,
  ...(userId && { userId }),
});
