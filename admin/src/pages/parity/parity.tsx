import type { EventPair, ParityAsk, ParityResult, SourceView } from '@perennial/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Empty, Input, InputNumber, Segmented, Select, Space, Typography, Upload } from 'antd';
import { useState } from 'react';
import { api, get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load, useErrorText } from '../../parts/load.js';
import { readText } from '../../parts/read-file.js';
import { ParityReport } from './report.js';

/** What the operator has chosen so far. */
interface Choice {
  side: 'source' | 'table';
  oldId?: string;
  table?: { name: string; text: string };
  oursId?: string;
  from: string;
  to: string;
  /** In hundredths. */
  percent: number;
}

const DAY = 86_400_000;
const WEEK = 7;

/** A calendar day where the operator is. */
const dayAgo = (days: number): string => {
  const at = new Date(Date.now() - days * DAY);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
};

function askOf({ side, oldId, table, oursId, from, to, percent }: Choice): ParityAsk | undefined {
  const old = side === 'source' ? oldId && { sourceId: oldId } : table && { csv: table.text };
  return old && oursId && from && to ? { old, oursId, from, to, threshold: percent / 100 } : undefined;
}

/** Whether a new tracker counts what the old one did. */
export function ParityPage() {
  const { texts } = useSpeech();
  const sources = useQuery({ queryKey: ['sources'], queryFn: () => get<SourceView[]>('/sources') });
  return (
    <Card
      size="small"
      title={texts.parity}
      extra={<Typography.Text type="secondary">{texts.parityHint}</Typography.Text>}
    >
      <Load query={sources}>{(list) => <Comparing sources={list} />}</Load>
    </Card>
  );
}

function Comparing({ sources }: { sources: SourceView[] }) {
  const { texts } = useSpeech();
  const sayError = useErrorText();
  const [choice, setChoice] = useState<Choice>({ side: 'source', from: dayAgo(WEEK), to: dayAgo(1), percent: 5 });
  const compare = useMutation({
    mutationFn: ({ ask, pairs }: { ask: ParityAsk; pairs?: EventPair[] }) =>
      api<ParityResult>('POST', '/parity', { ...ask, ...(pairs && { pairs }) }),
  });
  const ask = askOf(choice);
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <Chooser sources={sources} choice={choice} onChange={(part) => setChoice({ ...choice, ...part })} />
      <Space>
        <Button
          type="primary"
          disabled={!ask}
          loading={compare.isPending}
          onClick={() => ask && compare.mutate({ ask })}
        >
          {texts.parityCompare}
        </Button>
      </Space>
      {compare.error && <Alert type="error" showIcon title={sayError(compare.error)} />}
      {compare.data && compare.variables ? (
        <ParityReport
          result={compare.data}
          isLoading={compare.isPending}
          onPairs={(pairs) => compare.mutate({ ask: compare.variables.ask, pairs })}
        />
      ) : (
        !compare.error && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.parityEmpty} />
      )}
    </Space>
  );
}

interface ChooserProps {
  sources: SourceView[];
  choice: Choice;
  onChange: (part: Partial<Choice>) => void;
}

function Chooser({ sources, choice, onChange }: ChooserProps) {
  const { texts } = useSpeech();
  const options = (other: string | undefined) =>
    sources.filter(({ id }) => id !== other).map(({ id, title }) => ({ value: id, label: title }));
  const select = (label: string, value: string | undefined, other: string | undefined, put: (id: string) => void) => (
    <Select
      showSearch={{ optionFilterProp: 'label' }}
      style={{ width: 200 }}
      aria-label={label}
      placeholder={texts.parityChooseSource}
      value={value}
      options={options(other)}
      onChange={put}
    />
  );
  const { side, oldId, oursId, table } = choice;
  return (
    <Space wrap size={[16, 8]}>
      <Labelled text={texts.parityOld}>
        <Segmented
          value={side}
          options={[
            { value: 'source' as const, label: texts.parityFromSource },
            { value: 'table' as const, label: texts.parityFromTable },
          ]}
          onChange={(next) => onChange({ side: next })}
        />
        {side === 'source' ? (
          select(texts.parityOld, oldId, oursId, (id) => onChange({ oldId: id }))
        ) : (
          <TableUpload table={table} onRead={(read) => onChange({ table: read })} />
        )}
      </Labelled>
      <Labelled text={texts.parityOurs}>
        {select(texts.parityOurs, oursId, side === 'source' ? oldId : undefined, (id) => onChange({ oursId: id }))}
      </Labelled>
      <Labelled text={texts.parityFrom}>
        <Input
          type="date"
          aria-label={texts.parityFrom}
          style={{ width: 150 }}
          value={choice.from}
          max={choice.to}
          onChange={({ target }) => onChange({ from: target.value })}
        />
      </Labelled>
      <Labelled text={texts.parityTo}>
        <Input
          type="date"
          aria-label={texts.parityTo}
          style={{ width: 150 }}
          value={choice.to}
          min={choice.from}
          onChange={({ target }) => onChange({ to: target.value })}
        />
      </Labelled>
      <Labelled text={texts.parityThreshold}>
        <InputNumber
          aria-label={texts.parityThreshold}
          min={0}
          max={100}
          suffix="%"
          style={{ width: 90 }}
          value={choice.percent}
          onChange={(percent) => onChange({ percent: percent ?? 0 })}
        />
      </Labelled>
    </Space>
  );
}

function Labelled({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <Space>
      <Typography.Text type="secondary">{text}</Typography.Text>
      {children}
    </Space>
  );
}

function TableUpload({ table, onRead }: { table: Choice['table']; onRead: (table: Choice['table']) => void }) {
  const { texts } = useSpeech();
  const read = async (file: File) => onRead({ name: file.name, text: await readText(file) });
  return (
    <Space>
      <Upload accept=".csv,text/csv" showUploadList={false} beforeUpload={(file) => (void read(file), false)}>
        <Button>{table?.name ?? texts.parityUpload}</Button>
      </Upload>
      <Typography.Text type="secondary">{texts.parityUploadHint}</Typography.Text>
    </Space>
  );
}
