import { InboxOutlined } from '@ant-design/icons';
import type { DryRunResult, FileOutline, FileSourceView, ImportView, JsonObject } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import {
  Alert,
  Button,
  Card,
  Descriptions,
  Empty,
  Form,
  Input,
  Modal,
  Progress,
  Space,
  Steps,
  Table,
  Tag,
  Typography,
  Upload,
} from 'antd';
import { useState } from 'react';
import { api, get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import type { TextKey } from '../i18n/zh.js';
import { Load } from '../parts/load.js';
import { fromFormValues, OptionsFields, toFormValues } from '../parts/options-form.js';
import { useAct } from '../parts/use-act.js';
import { useDownload } from '../parts/use-download.js';
import { When } from '../parts/when.js';
import { useSession } from '../session.js';

const POLL_MS = 1_000;

export function ImportsPage() {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const imports = useQuery({
    queryKey: ['imports'],
    queryFn: () => get<ImportView[]>('/imports'),
    refetchInterval: ({ state }) =>
      state.data?.some(({ status }) => ['waiting', 'running'].includes(status)) ? POLL_MS : false,
  });
  const [isOpen, setOpen] = useState(false);
  const steer = useAct(
    ({ id, verb }: { id: string; verb: 'cancel' | 'resume' }) => api('POST', `/imports/${id}/${verb}`),
    { refresh: ['imports'] },
  );
  const act = (run: ImportView) => {
    if (['waiting', 'running'].includes(run.status))
      return (
        <Button size="small" onClick={() => steer.mutate({ id: run.id, verb: 'cancel' })}>
          {texts.cancel}
        </Button>
      );
    return (
      ['cancelled', 'failed'].includes(run.status) && (
        <Button size="small" onClick={() => steer.mutate({ id: run.id, verb: 'resume' })}>
          {texts.resume}
        </Button>
      )
    );
  };
  return (
    <Card
      size="small"
      title={texts.imports}
      extra={
        isAdmin && (
          <Button size="small" type="primary" onClick={() => setOpen(true)}>
            {texts.newImport}
          </Button>
        )
      }
    >
      <Load query={imports}>
        {(list) => (
          <Table<ImportView>
            size="small"
            rowKey="id"
            dataSource={list}
            pagination={{ pageSize: 20, hideOnSinglePage: true }}
            locale={{ emptyText: <Empty description={texts.noImports} /> }}
            expandable={{ expandedRowRender: (run) => <Reasons run={run} /> }}
            columns={[
              {
                title: texts.title,
                render: (_, { title, fileName }) => (
                  <>
                    {title} <Typography.Text type="secondary">{fileName}</Typography.Text>
                  </>
                ),
              },
              {
                title: texts.status,
                dataIndex: 'status',
                width: 90,
                render: (status: string) => (
                  <Tag color={status === 'done' ? 'green' : status === 'failed' ? 'red' : 'blue'}>
                    {texts[`status_${status}` as TextKey]}
                  </Tag>
                ),
              },
              {
                title: texts.progress,
                width: 160,
                render: (_, run) => <Progress size="small" percent={percent(run)} />,
              },
              ...(['read', 'events', 'skipped', 'failed'] as const).map((key) => ({
                title: key === 'events' ? texts.applied : texts[key],
                dataIndex: key,
                align: 'right' as const,
                width: 100,
                render: (n: number) => n.toLocaleString(),
              })),
              { title: texts.time, dataIndex: 'createdAt', width: 110, render: (at: number) => <When at={at} /> },
              { width: 90, render: (_, run) => isAdmin && act(run) },
            ]}
          />
        )}
      </Load>
      <Modal
        open={isOpen}
        width={860}
        footer={null}
        destroyOnHidden
        title={texts.newImport}
        onCancel={() => setOpen(false)}
      >
        <Wizard onDone={() => setOpen(false)} />
      </Modal>
    </Card>
  );
}

const percent = ({ status, readBytes, totalBytes }: ImportView): number =>
  status === 'done' ? 100 : Math.min(99, Math.floor((readBytes / Math.max(1, totalBytes)) * 100));

function Reasons({ run }: { run: ImportView }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const save = useDownload();
  return (
    <Space orientation="vertical">
      {run.error && <Alert type="error" title={run.error} />}
      {run.reasons.map(({ reason, rows }) => (
        <span key={reason}>{`${texts.skipped} ${rows.toLocaleString()} · ${reason}`}</span>
      ))}
      {run.setAside > 0 && (
        <Alert type="warning" title={texts.importSetAside.replace('{n}', run.setAside.toLocaleString())} />
      )}
      {run.failed > 0 && isAdmin && (
        <Button size="small" loading={save.isPending} onClick={() => save.mutate(`/imports/${run.id}/problems.csv`)}>
          {texts.problemsFile}
        </Button>
      )}
    </Space>
  );
}

interface WizardValues {
  title: string;
  mapping?: Record<string, unknown>;
}

function Wizard({ onDone }: { onDone: () => void }) {
  const { texts, say } = useSpeech();
  const sources = useQuery({ queryKey: ['import-sources'], queryFn: () => get<FileSourceView[]>('/imports/sources') });
  const [outline, setOutline] = useState<FileOutline>();
  const [result, setResult] = useState<DryRunResult>();
  const [form] = Form.useForm<WizardValues>();
  const source = sources.data?.[0];
  const upload = useAct(
    (file: File) => api<FileOutline>('POST', `/imports/files?source=${source?.key}`, formOf(file)),
    { refresh: [] },
  );
  const dryRun = useAct(
    (mapping: JsonObject) =>
      api<DryRunResult>('POST', '/imports/dry-run', { source: source?.key, fileId: outline?.fileId, mapping }),
    { refresh: [] },
  );
  const start = useAct(
    (body: { title: string; mapping: JsonObject }) =>
      api('POST', '/imports', { source: source?.key, fileId: outline?.fileId, ...body }),
    { refresh: ['imports'] },
  );
  if (!source) return <Empty />;
  if (!outline)
    return (
      <Upload.Dragger
        showUploadList={false}
        disabled={upload.isPending}
        beforeUpload={(file) => (upload.mutate(file, { onSuccess: setOutline }), false)}
      >
        <p className="ant-upload-drag-icon">
          <InboxOutlined />
        </p>
        <p>{texts.chooseFile}</p>
        <p>
          <Typography.Text type="secondary">{say(source.title)}</Typography.Text>
        </p>
      </Upload.Dragger>
    );
  const mapping = (values: WizardValues) => fromFormValues(source.fields, values.mapping ?? {});
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size={12}>
      <Steps
        size="small"
        current={result ? 2 : 1}
        items={[{ title: texts.preview }, { title: texts.mapping }, { title: texts.dryRun }]}
      />
      <Table
        size="small"
        scroll={{ x: true, y: 130 }}
        pagination={false}
        rowKey="line"
        dataSource={outline.sample.slice(0, 5).map((cells, line) => ({ line, cells }))}
        columns={outline.columns.map((title, n) => ({
          title,
          ellipsis: true,
          render: (_: unknown, { cells }: { cells: string[] }) => cells[n],
        }))}
      />
      <Typography.Text type="secondary">{`${outline.name} · ${outline.format.encoding} · ${texts.mappingHint}`}</Typography.Text>
      <Form
        form={form}
        layout="vertical"
        // What was tried is not what would be started any more.
        onValuesChange={() => setResult(undefined)}
        initialValues={{ title: outline.name, mapping: toFormValues(source.fields, outline.proposal) }}
        onFinish={(values) => start.mutate({ title: values.title, mapping: mapping(values) }, { onSuccess: onDone })}
      >
        <Form.Item name="title" label={texts.title} rules={[{ required: true }]}>
          <Input maxLength={255} />
        </Form.Item>
        <OptionsFields fields={source.fields} under="mapping" />
        {result && <Tried result={result} />}
        <Space>
          <Button
            loading={dryRun.isPending}
            onClick={() =>
              void form.validateFields().then((values) => dryRun.mutate(mapping(values), { onSuccess: setResult }))
            }
          >
            {texts.dryRun}
          </Button>
          <Button type="primary" htmlType="submit" loading={start.isPending}>
            {texts.start}
          </Button>
        </Space>
      </Form>
    </Space>
  );
}

function formOf(file: File): FormData {
  const form = new FormData();
  form.append('file', file);
  return form;
}

function Tried({ result }: { result: DryRunResult }) {
  const { texts, say } = useSpeech();
  const counts = [
    [texts.read, result.read],
    [texts.applied, result.events],
    [texts.skipped, result.skipped],
    [texts.failed, result.failed],
  ] as const;
  return (
    <Card size="small" style={{ marginBottom: 12 }}>
      <Descriptions
        size="small"
        column={4}
        items={counts.map(([label, n]) => ({ key: label, label, children: n.toLocaleString() }))}
      />
      {result.reasons.map(({ reason, rows }) => (
        <div key={reason}>{`${rows.toLocaleString()} · ${reason}`}</div>
      ))}
      {result.problems.slice(0, 10).map(({ line, reason }) => (
        <div key={line}>
          <Typography.Text type="danger">{`${texts.line} ${line} · ${say(reason)}`}</Typography.Text>
        </div>
      ))}
      <pre style={{ maxHeight: 160, overflow: 'auto', margin: '8px 0 0' }}>
        {JSON.stringify(result.sample.slice(0, 2), null, 2)}
      </pre>
    </Card>
  );
}
