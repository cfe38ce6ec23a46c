import type { DestinationView, TriggerView } from '@perennial/contract';
import { Button, Form, Input, Select } from 'antd';
import { api } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { fromFormValues, OptionsFields, toFormValues } from '../parts/options-form.js';
import { useAct } from '../parts/use-act.js';
import { useActivations } from '../parts/use-destinations.js';
import { CauseFields } from './cause-fields.js';
import { fromCause, toCause, type CauseValues } from './trigger-cause.js';

interface TriggerValues extends CauseValues {
  title: string;
  destinationId: string;
  payload?: Record<string, unknown>;
}

interface TriggerFormProps {
  known: TriggerView | undefined;
  destinations: DestinationView[];
  onDone: () => void;
}

const REQUIRED = [{ required: true }];

export function TriggerForm({ known, destinations, onDone }: TriggerFormProps) {
  const { texts } = useSpeech();
  const [form] = Form.useForm<TriggerValues>();
  const on = Form.useWatch('on', form) ?? known?.cause.on ?? 'stage.moved';
  const destinationId = Form.useWatch('destinationId', form) ?? known?.destinationId ?? destinations[0]?.id;
  const payloadFields = usePayloadFields(destinations.find(({ id }) => id === destinationId));
  const save = useAct(
    (values: TriggerValues) => {
      const payload = fromFormValues(payloadFields, values.payload ?? {});
      const body = { title: values.title, cause: toCause(values), destinationId: values.destinationId, payload };
      return known
        ? api('PATCH', `/triggers/${known.id}`, body)
        : api('POST', '/triggers', { ...body, isEnabled: true });
    },
    { refresh: ['triggers'], done: texts.saved },
  );
  return (
    <Form<TriggerValues>
      form={form}
      // A form of other fields is another form: it starts from their values.
      key={payloadFields.map(({ key }) => key).join()}
      layout="vertical"
      initialValues={{
        title: known?.title,
        destinationId,
        ...(known ? fromCause(known.cause) : { on }),
        payload: toFormValues(payloadFields, known?.payload ?? {}),
      }}
      onFinish={(values) => save.mutate(values, { onSuccess: onDone })}
    >
      <Form.Item name="title" label={texts.title} rules={REQUIRED}>
        <Input autoFocus />
      </Form.Item>
      <CauseFields on={on} />
      <Form.Item name="destinationId" label={texts.destinations} rules={REQUIRED}>
        <Select options={destinations.map(({ id, title }) => ({ value: id, label: title }))} />
      </Form.Item>
      <OptionsFields fields={payloadFields} under="payload" />
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {texts.save}
      </Button>
    </Form>
  );
}

function usePayloadFields(destination: DestinationView | undefined) {
  const { data = [] } = useActivations();
  return data.find(({ key }) => key === destination?.activation)?.payloadFields ?? [];
}
