import type { JsonScalar, ManualValueAnswer, TagListItem } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Empty, Form, Modal, Select, Space } from 'antd';
import { useState } from 'react';
import { api, get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { Load } from '../parts/load.js';
import { useAct } from '../parts/use-act.js';
import { ConstantField } from './tags/computation/constant-field.js';

/** Sets a tag by hand, or takes its value away. */
export function ManualTag({ profile }: { profile: string }) {
  const { texts } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  const tags = useQuery({ queryKey: ['tags'], queryFn: () => get<TagListItem[]>('/tags'), enabled: isOpen });
  return (
    <>
      <Button size="small" type="text" onClick={() => setOpen(true)}>
        {texts.manualSet}
      </Button>
      <Modal open={isOpen} title={texts.manualSet} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        <Load query={tags}>
          {(list) => (
            <Setting
              profile={profile}
              tags={list.filter(({ computation }) => computation.kind === 'manual')}
              onDone={() => setOpen(false)}
            />
          )}
        </Load>
      </Modal>
    </>
  );
}

interface SettingProps {
  profile: string;
  tags: TagListItem[];
  onDone: () => void;
}

function Setting({ profile, tags, onDone }: SettingProps) {
  const { texts, say } = useSpeech();
  const [key, setKey] = useState(tags[0]?.key);
  const [value, setValue] = useState<JsonScalar>();
  const [until, setUntil] = useState<number>();
  const set = useAct(
    (wanted: JsonScalar) =>
      api<ManualValueAnswer[]>('POST', `/tags/${key}/values`, {
        values: [{ profile, value: wanted, ...(until !== undefined && wanted !== null && { expiresAt: until }) }],
      }),
    { refresh: ['profile', 'tags'] },
  );
  const tag = tags.find((one) => one.key === key);
  if (!tag) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.manualNone} />;
  const refused = set.data?.find(({ ok }) => !ok);
  const send = (wanted: JsonScalar) =>
    set.mutate(wanted, { onSuccess: (answers) => answers.every(({ ok }) => ok) && onDone() });
  return (
    <Form layout="vertical">
      <Form.Item label={texts.manualTag}>
        <Select
          value={key}
          options={tags.map((one) => ({ value: one.key, label: say(one.title) }))}
          onChange={(next: string) => (setKey(next), setValue(undefined))}
        />
      </Form.Item>
      <Form.Item label={texts.tierValue}>
        <ConstantField value={value} definition={tag} onChange={setValue} />
      </Form.Item>
      <Form.Item label={texts.manualExpires}>
        <DatePicker showTime onChange={(date) => setUntil(date?.valueOf())} />
      </Form.Item>
      {refused && <Alert type="warning" showIcon title={refused.message} style={{ marginBottom: 12 }} />}
      <Space>
        <Button
          type="primary"
          disabled={value === undefined}
          loading={set.isPending}
          onClick={() => send(value ?? null)}
        >
          {texts.save}
        </Button>
        <Button danger disabled={set.isPending} onClick={() => send(null)}>
          {texts.manualClear}
        </Button>
      </Space>
    </Form>
  );
}
