import type { FindingView, PlanMode } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, Empty, Segmented, Space, Table, Tooltip, Typography } from 'antd';
import { useState } from 'react';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { Load } from '../../parts/load.js';
import { When } from '../../parts/when.js';
import { sayKind } from './say-kind.js';

const PERIODS = [1, 7, 30, 90];
const OTHERS = '*';

export const useFindings = (id: string, days: number) =>
  useQuery({
    queryKey: ['source-findings', id, days],
    queryFn: () => get<FindingView[]>(`/sources/${encodeURIComponent(id)}/findings?days=${days}`),
  });

export const totalOf = (findings: FindingView[]): number => findings.reduce((sum, { count }) => sum + count, 0);

/** What came and was not as planned: how often, since when, of what kind. */
export function FindingsTab({ id, mode }: { id: string; mode: PlanMode }) {
  const { texts } = useSpeech();
  const navigate = useNavigate();
  const [days, setDays] = useState(7);
  const findings = useFindings(id, days);
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space wrap>
        <Segmented
          value={days}
          options={PERIODS.map((value) => ({ value, label: texts.windowLast.replace('{n}', String(value)) }))}
          onChange={setDays}
        />
        <Typography.Text type="secondary">{texts.edgeFindingsHint}</Typography.Text>
        {mode === 'block' && (
          <LinkButton onClick={() => void navigate({ to: '/quarantine' })}>{texts.edgeToQuarantine}</LinkButton>
        )}
      </Space>
      {mode === 'off' && <Alert type="info" showIcon title={texts.edgeFindingsOff} />}
      <Load query={findings}>{(list) => <Found findings={list} />}</Load>
    </Space>
  );
}

function Found({ findings }: { findings: FindingView[] }) {
  const { texts, sayCode } = useSpeech();
  return (
    <>
      {findings.length > 0 && (
        <Typography.Text>
          {texts.edgeTotalFound
            .replace('{n}', totalOf(findings).toLocaleString())
            .replace('{m}', findings.length.toLocaleString())}
        </Typography.Text>
      )}
      <Table<FindingView>
        size="small"
        rowKey={({ code, event, path }) => `${code} ${event} ${path}`}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        dataSource={findings}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.edgeFindingsEmpty} /> }}
        columns={[
          {
            title: texts.edgeEventName,
            render: (_, { event, path }) => (
              <Space>
                <span>{event === OTHERS ? texts.edgeOthers : event}</span>
                {path && <Typography.Text code>{path}</Typography.Text>}
              </Space>
            ),
          },
          { title: texts.edgeProblem, render: (_, { code }) => sayCode(code, code) },
          { title: texts.edgeExpected, render: (_, { expected }) => sayKind(texts, expected) },
          { title: texts.edgeFound, render: (_, { found }) => (found ? sayKind(texts, found) : '–') },
          {
            title: texts.edgeTrend,
            width: 130,
            render: (_, { days }) => <Bars days={days} />,
          },
          {
            title: texts.edgeCount,
            dataIndex: 'count',
            align: 'right',
            width: 90,
            sorter: (one, other) => one.count - other.count,
            render: (n: number) => n.toLocaleString(),
          },
          { title: texts.lastEvent, dataIndex: 'lastAt', width: 110, render: (at: number) => <When at={at} /> },
        ]}
      />
    </>
  );
}

/** A small bar for each day; a library would be too much for a row. */
function Bars({ days }: { days: number[] }) {
  const most = Math.max(1, ...days);
  const bars = days.map((n, day) => ({ n, day }));
  return (
    <Tooltip title={days.join(' · ')}>
      <span style={{ display: 'inline-flex', alignItems: 'flex-end', height: 18, gap: 1, width: 110 }}>
        {bars.map(({ n, day }) => (
          <span
            key={day}
            style={{ flex: 1, height: Math.max(n > 0 ? 2 : 0, (18 * n) / most), background: '#d9a441', minWidth: 1 }}
          />
        ))}
      </span>
    </Tooltip>
  );
}
