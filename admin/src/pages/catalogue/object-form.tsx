import type { CatalogueObject, JsonScalar, ObjectType } from '@perennial/contract';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Drawer, Form, Input, Select, Space } from 'antd';
import { api } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { useAct } from '../../parts/use-act.js';

interface Values {
  id: string;
  name: string;
  facts: { key: string; value: string }[];
  tags: string[];
}

interface ObjectFormProps {
  type: ObjectType;
  object: CatalogueObject;
  isNew: boolean;
  onClose: () => void;
}

/** One object. Facts that are written as numbers are numbers, as in a table. */
export function ObjectForm({ type, object, isNew, onClose }: ObjectFormProps) {
  const { texts } = useSpeech();
  const [form] = Form.useForm<Values>();
  const save = useAct((values: Values) => api('PUT', `/objects/${type}`, { objects: [toObject(values)] }), {
    refresh: ['objects'],
    done: texts.saved,
  });
  const required = [{ required: true, message: texts.required }];
  return (
    <Drawer
      open
      size={520}
      title={isNew ? texts.create : object.name}
      onClose={onClose}
      extra={
        <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
          {texts.save}
        </Button>
      }
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={toValues(object)}
        onFinish={(values) => save.mutate(values, { onSuccess: onClose })}
      >
        <Form.Item name="id" label={texts.catalogueId} rules={required}>
          <Input disabled={!isNew} maxLength={128} />
        </Form.Item>
        <Form.Item name="name" label={texts.title} rules={required}>
          <Input maxLength={255} />
        </Form.Item>
        <Form.Item label={texts.catalogueFacts}>
          <Facts />
        </Form.Item>
        <Form.Item name="tags" label={texts.tags}>
          <Select mode="tags" tokenSeparators={['|', ',']} open={false} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}

function Facts() {
  const { texts } = useSpeech();
  return (
    <Form.List name="facts">
      {(fields, { add, remove }) => (
        <Space orientation="vertical" style={{ width: '100%' }}>
          {fields.map(({ key, name }) => (
            <Space.Compact key={key} style={{ width: '100%' }}>
              <Form.Item name={[name, 'key']} noStyle rules={[{ required: true, message: texts.required }]}>
                <Input placeholder="category" style={{ width: '40%' }} />
              </Form.Item>
              <Form.Item name={[name, 'value']} noStyle>
                <Input />
              </Form.Item>
              <Button aria-label={texts.ruleRemove} icon={<DeleteOutlined />} onClick={() => remove(name)} />
            </Space.Compact>
          ))}
          <Button size="small" icon={<PlusOutlined />} onClick={() => add({ key: '', value: '' })}>
            {texts.catalogueAddFact}
          </Button>
        </Space>
      )}
    </Form.List>
  );
}

const toValues = ({ id, name, facts, tags }: CatalogueObject): Values => ({
  id,
  name,
  tags,
  facts: Object.entries(facts).map(([key, value]) => ({ key, value: String(value) })),
});

export function toObject({ id, name, facts, tags }: Values): CatalogueObject {
  return {
    id: id.trim(),
    name: name.trim(),
    tags,
    facts: Object.fromEntries(facts.map(({ key, value }) => [key.trim(), factOf(value.trim())])),
  };
}

const factOf = (text: string): JsonScalar => {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && text === String(Number(text)) ? Number(text) : text;
};
