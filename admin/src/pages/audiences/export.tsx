import type { AudienceDetail, TagListItem, Vocabulary } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select, Switch } from 'antd';
import { useState } from 'react';
import { api, download, get, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { saveBlob } from '../../parts/save-file.js';
import { useAct } from '../../parts/use-act.js';

interface Wish {
  columns?: string[];
  isPlain?: boolean;
  reason?: string;
}

/** Chooses the columns of an export; an audience that was never counted is counted first. */
export function Export({ audience: { key, people } }: { audience: AudienceDetail }) {
  const { texts, language } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  const [form] = Form.useForm<Wish>();
  const isPlain = Form.useWatch('isPlain', form);
  const save = useAct(
    async ({ columns = [], isPlain: isRevealed = false, reason }: Wish) => {
      if (people === undefined) await api('POST', `/audiences/${key}/count`);
      const path = `/audiences/${key}/export.csv`;
      const file = isRevealed
        ? await download(path, { columns, reason, language })
        : await download(`${path}${query({ columns: columns.join(','), language })}`);
      saveBlob(file.name, file.content);
    },
    { refresh: ['audience', 'runs'], done: texts.fileSaved },
  );
  return (
    <>
      <Button onClick={() => setOpen(true)}>{texts.audExport}</Button>
      <Modal
        open={isOpen}
        title={texts.audExport}
        okText={texts.audExport}
        confirmLoading={save.isPending}
        destroyOnHidden
        onOk={() => form.submit()}
        onCancel={() => setOpen(false)}
      >
        <Form form={form} layout="vertical" onFinish={(wish) => save.mutate(wish, { onSuccess: () => setOpen(false) })}>
          <Form.Item name="columns" label={texts.audExportColumns} extra={texts.audExportFixed}>
            <Columns />
          </Form.Item>
          <Form.Item name="isPlain" label={texts.audExportPlain} extra={texts.audExportPlainHint}>
            <Switch />
          </Form.Item>
          {isPlain && (
            <Form.Item name="reason" label={texts.reasonLabel} rules={[{ required: true, whitespace: true }]}>
              <Input maxLength={200} />
            </Form.Item>
          )}
        </Form>
      </Modal>
    </>
  );
}

/** Identifiers, tags, stages and traits by their titles. */
function Columns(field: { value?: string[]; onChange?: (columns: string[]) => void }) {
  const { texts, say } = useSpeech();
  const { data: words } = useQuery({ queryKey: ['vocabulary'], queryFn: () => get<Vocabulary>('/vocabulary') });
  const { data: tags = [] } = useQuery({ queryKey: ['tags'], queryFn: () => get<TagListItem[]>('/tags') });
  const group = (label: string, options: { value: string; label: string }[]) => ({ label, title: label, options });
  const options = [
    group(
      texts.identifiers,
      (words?.kinds ?? []).map(({ key, title }) => ({ value: `identifier:${key}`, label: say(title) })),
    ),
    group(
      texts.tags,
      tags.map(({ key, title }) => ({ value: `tag:${key}`, label: say(title) })),
    ),
    group(
      texts.stage,
      (words?.stages ?? []).map((one) => ({ value: `stage:${one.lifecycle}`, label: say(one.title) })),
    ),
    group(
      texts.traits,
      (words?.traits ?? []).map(({ key }) => ({ value: `trait:${key}`, label: key })),
    ),
  ];
  return <Select mode="multiple" maxCount={50} allowClear optionFilterProp="label" options={options} {...field} />;
}
