import type {
  AudienceDetail,
  AudienceListItem,
  AudienceMember,
  AudienceOverlap,
  AudienceRun,
  Page,
  Trace,
} from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Alert, Button, Card, Empty, Input, Popconfirm, Select, Space, Table, Tabs, Tag, Typography } from 'antd';
import { useState } from 'react';
import { api, get, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Chart } from '../../parts/chart.js';
import { Load, useErrorText } from '../../parts/load.js';
import { Pager, usePlace } from '../../parts/pager.js';
import { TraceTree } from '../../parts/trace-tree.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { useSession } from '../../session.js';
import { AudienceBuilder } from './builder.js';
import { Export } from './export.js';

const UNCOUNTED_MS = 3_000;

/** One audience: its rule, who is in it, how it grew, whom it shares, and why somebody is in it. */
export function AudiencePage() {
  const { key } = useParams({ from: '/audiences/$key' });
  const audience = useQuery({
    queryKey: ['audience', key],
    queryFn: () => get<AudienceDetail>(`/audiences/${key}`),
    // The first count follows the saving by itself.
    refetchInterval: ({ state }) => (state.data && state.data.people === undefined ? UNCOUNTED_MS : false),
  });
  return <Load query={audience}>{(known) => <Known key={`${known.key}@${known.version}`} audience={known} />}</Load>;
}

function Known({ audience }: { audience: AudienceDetail }) {
  const { texts, say } = useSpeech();
  const { isAdmin } = useSession();
  return (
    <Card
      size="small"
      title={
        <Space>
          {say(audience.title)}
          <Typography.Text type="secondary">{audience.key}</Typography.Text>
          {audience.isLive && <Tag color="green">{texts.audLive}</Tag>}
          <Typography.Text>{audience.people?.toLocaleString() ?? '–'}</Typography.Text>
          <When at={audience.countedAt} />
        </Space>
      }
      extra={isAdmin && <Acts audience={audience} />}
    >
      <Typography.Paragraph>
        {say(audience.scenario)} · {say(audience.words)}
      </Typography.Paragraph>
      {audience.usedBy > 0 && !audience.isLive && audience.notLive.length > 0 && (
        <Alert
          type="info"
          showIcon
          style={{ marginBottom: 12 }}
          title={texts.audNotLive}
          description={audience.notLive.map((one) => say(one)).join('；')}
        />
      )}
      <Tabs
        destroyOnHidden
        items={[
          { key: 'members', label: texts.audMembers, children: <Members audienceKey={audience.key} /> },
          { key: 'rule', label: texts.audRule, children: <AudienceBuilder known={audience} /> },
          { key: 'growth', label: texts.audGrowth, children: <Growth audienceKey={audience.key} /> },
          { key: 'overlap', label: texts.audOverlap, children: <Overlap audienceKey={audience.key} /> },
          { key: 'why', label: texts.audWhy, children: <Why audienceKey={audience.key} /> },
        ]}
      />
    </Card>
  );
}

function Acts({ audience }: { audience: AudienceDetail }) {
  const { key } = audience;
  const { texts } = useSpeech();
  const navigate = useNavigate();
  const count = useAct(() => api<AudienceRun>('POST', `/audiences/${key}/count`), {
    refresh: ['audience', 'audiences', 'runs'],
  });
  const remove = useAct(() => api('DELETE', `/audiences/${key}`), { refresh: ['audiences'], done: texts.audRemoved });
  return (
    <Space>
      <Button loading={count.isPending} onClick={() => count.mutate(undefined)}>
        {texts.audCountNow}
      </Button>
      <Export audience={audience} />
      <Popconfirm
        title={texts.audRemoveSure}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/audiences' }) })}
      >
        <Button danger>{texts.remove}</Button>
      </Popconfirm>
    </Space>
  );
}

function Members({ audienceKey }: { audienceKey: string }) {
  const { texts, say } = useSpeech();
  const place = usePlace();
  const members = useQuery({
    queryKey: ['members', audienceKey, place.cursor],
    queryFn: () =>
      get<Page<AudienceMember>>(`/audiences/${audienceKey}/members${query({ cursor: place.cursor, limit: 50 })}`),
  });
  return (
    <Load query={members}>
      {({ items, next }) => (
        <>
          <Table<AudienceMember>
            size="small"
            rowKey="profile"
            pagination={false}
            dataSource={items}
            columns={[
              {
                title: texts.customer,
                render: (_, { profile, displayName }) => (
                  <Link to="/profiles/$id" params={{ id: profile }}>
                    {displayName ?? profile}
                  </Link>
                ),
              },
              { title: texts.stage, render: (_, { stage }) => say(stage) },
              { title: texts.lastSeen, render: (_, { lastSeenAt }) => <When at={lastSeenAt} /> },
            ]}
          />
          <Pager place={place} next={next} />
        </>
      )}
    </Load>
  );
}

function Growth({ audienceKey }: { audienceKey: string }) {
  const { texts } = useSpeech();
  const runs = useQuery({
    queryKey: ['runs', audienceKey],
    queryFn: () => get<AudienceRun[]>(`/audiences/${audienceKey}/runs`),
  });
  return (
    <Load query={runs}>
      {(list) => {
        if (list.length === 0) return <Empty description={texts.audNotCounted} />;
        const shown = list.toReversed();
        const option = {
          grid: { left: 60, right: 20, top: 30, bottom: 30 },
          legend: { top: 0 },
          tooltip: { trigger: 'axis' },
          xAxis: { type: 'category', data: shown.map(({ at }) => new Date(at).toLocaleString()) },
          yAxis: { type: 'value' },
          series: [
            {
              name: texts.audPeople,
              type: 'line',
              data: shown.map(({ people }) => people),
              itemStyle: { color: '#1f7a5c' },
            },
            {
              name: texts.audEntered,
              type: 'bar',
              data: shown.map(({ entered }) => entered),
              itemStyle: { color: '#86c5a8' },
            },
            { name: texts.audLeft, type: 'bar', data: shown.map(({ left }) => -left), itemStyle: { color: '#d08770' } },
          ],
        };
        return <Chart option={option} height={300} label={texts.audGrowth} />;
      }}
    </Load>
  );
}

const MOST = 9;

function Overlap({ audienceKey }: { audienceKey: string }) {
  const { texts, say } = useSpeech();
  const sayError = useErrorText();
  const [others, setOthers] = useState<string[]>([]);
  const { data: all = [] } = useQuery({
    queryKey: ['audiences'],
    queryFn: () => get<AudienceListItem[]>('/audiences'),
  });
  const keys = [audienceKey, ...others];
  const overlap = useQuery({
    queryKey: ['overlap', keys],
    queryFn: () => api<AudienceOverlap>('POST', '/audiences/overlap', { keys }),
    enabled: others.length > 0,
  });
  const titleOf = (key: string) => say(all.find((one) => one.key === key)?.title) || key;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Select
        mode="multiple"
        maxCount={MOST}
        placeholder={texts.audPickOthers}
        style={{ minWidth: 360 }}
        value={others}
        options={all
          .filter(({ key }) => key !== audienceKey)
          .map(({ key, title }) => ({ value: key, label: say(title) }))}
        onChange={setOthers}
      />
      {overlap.error && <Alert type="warning" showIcon title={sayError(overlap.error)} />}
      {overlap.data && (
        <Table
          size="small"
          pagination={false}
          rowKey="key"
          dataSource={overlap.data.keys.map((key, i) => ({ key, cells: overlap.data.cells[i]! }))}
          columns={[
            { title: '', render: (_, { key }) => titleOf(key) },
            ...overlap.data.keys.map((key, j) => ({
              title: titleOf(key),
              align: 'right' as const,
              render: (_: unknown, { cells, key: own }: { cells: number[]; key: string }) => (
                <Shade part={cells[j]!} whole={cells[overlap.data.keys.indexOf(own)]!} />
              ),
            })),
          ]}
        />
      )}
    </Space>
  );
}

/** A cell of the heat map: how many both hold, and what share of the row's audience that is. */
function Shade({ part, whole }: { part: number; whole: number }) {
  const share = whole === 0 ? 0 : part / whole;
  return (
    <div style={{ background: `rgba(31, 122, 92, ${share * 0.5})`, padding: '2px 6px' }}>
      {part.toLocaleString()} <Typography.Text type="secondary">{Math.round(share * 100)}%</Typography.Text>
    </div>
  );
}

function Why({ audienceKey }: { audienceKey: string }) {
  const { texts } = useSpeech();
  const sayError = useErrorText();
  const [profile, setProfile] = useState('');
  const why = useQuery({
    queryKey: ['why', audienceKey, profile],
    queryFn: () => get<Trace>(`/audiences/${audienceKey}/why/${encodeURIComponent(profile)}`),
    enabled: profile !== '',
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Input.Search
        placeholder={texts.audWhyHint}
        style={{ width: 320 }}
        enterButton
        onSearch={(text) => setProfile(text.trim())}
      />
      {why.error && <Alert type="warning" showIcon title={sayError(why.error)} />}
      {why.data && (
        <>
          <Tag color={why.data.holds ? 'green' : 'default'}>
            {why.data.holds ? texts.audBelongs : texts.audNotBelongs}
          </Tag>
          <TraceTree trace={why.data} />
        </>
      )}
    </Space>
  );
}
