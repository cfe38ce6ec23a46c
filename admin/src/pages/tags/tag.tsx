import type { Distribution, TagDefinition, TagDetail, TagHistory, TagPreview, Trace } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import {
  Alert,
  Button,
  Card,
  Col,
  Descriptions,
  Input,
  Popconfirm,
  Progress,
  Row,
  Space,
  Statistic,
  Table,
  Tabs,
  Tag,
  Typography,
} from 'antd';
import { useState } from 'react';
import { api, get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import type { TextKey } from '../../i18n/zh.js';
import { Load, useErrorText } from '../../parts/load.js';
import { TraceTree } from '../../parts/trace-tree.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { useSession } from '../../session.js';
import { HistoryChart } from './history-chart.js';
import { DistributionChart } from './distribution.js';
import { TagEditor } from './editor.js';

/** One tag: what it is made from, who has it, who uses it, how it came to be. */
export function TagPage() {
  const { key } = useParams({ from: '/tags/$key' });
  const tag = useQuery({
    queryKey: ['tag', key],
    queryFn: () => get<TagDetail>(`/tags/${key}`),
    refetchInterval: ({ state }) => (state.data?.run?.status === 'running' ? 1_500 : false),
  });
  return <Load query={tag}>{(known) => <Known tag={known} />}</Load>;
}

function Known({ tag }: { tag: TagDetail }) {
  const { texts, say } = useSpeech();
  const { isAdmin } = useSession();
  const { definition, people, total, run, idleDays, costMs } = tag;
  return (
    <Card
      size="small"
      title={
        <Space>
          {say(definition.title)}
          <Typography.Text type="secondary">{`${definition.key} v${definition.version}`}</Typography.Text>
          {idleDays !== undefined && idleDays > 0 && (
            <Tag color="gold">{texts.tagIdle.replace('{n}', String(idleDays))}</Tag>
          )}
        </Space>
      }
      extra={isAdmin && <Acts tagKey={definition.key} />}
    >
      {run?.status === 'running' && (
        <Progress percent={run.total === 0 ? 0 : Math.floor((100 * run.done) / run.total)} status="active" />
      )}
      {run?.status === 'failed' && <Alert type="error" showIcon title={run.message} />}
      <Row gutter={16}>
        <Col span={14}>
          <Descriptions size="small" column={2} bordered>
            <Descriptions.Item label={texts.scenario} span={2}>
              {say(definition.scenario)}
            </Descriptions.Item>
            <Descriptions.Item label={texts.tagWords} span={2}>
              {say(tag.words)}
            </Descriptions.Item>
            <Descriptions.Item label={texts.category}>
              {texts[`category_${definition.category}` as TextKey]}
            </Descriptions.Item>
            <Descriptions.Item label={texts.tagValueType}>
              {texts[`valueType_${definition.valueType}`]}
            </Descriptions.Item>
            <Descriptions.Item label={texts.tagOwner}>{definition.owner}</Descriptions.Item>
            <Descriptions.Item label={texts.tagCost}>{costMs === undefined ? '–' : `${costMs} ms`}</Descriptions.Item>
          </Descriptions>
        </Col>
        <Col span={4}>
          <Statistic title={texts.peopleWith} value={people} />
          <Typography.Text type="secondary">
            {`${texts.tagCoverage} ${total === 0 ? 0 : ((100 * people) / total).toFixed(1)}%`}
          </Typography.Text>
        </Col>
        <Col span={6}>
          <Lineage tag={tag} />
        </Col>
      </Row>
      <Tabs
        style={{ marginTop: 8 }}
        destroyOnHidden
        items={[
          { key: 'distribution', label: texts.tagDistribution, children: <Today definition={definition} /> },
          { key: 'history', label: texts.tagHistory, children: <History definition={definition} /> },
          { key: 'definition', label: texts.tagDefinition, children: <TagEditor known={definition} /> },
          { key: 'versions', label: texts.tagVersions, children: <Versions tag={tag} /> },
          { key: 'why', label: texts.audWhy, children: <Why tagKey={definition.key} /> },
        ]}
      />
    </Card>
  );
}

function Acts({ tagKey }: { tagKey: string }) {
  const { texts } = useSpeech();
  const navigate = useNavigate();
  const recompute = useAct(() => api('POST', `/tags/${tagKey}/recompute`), { refresh: ['tag'] });
  const retire = useAct(() => api('DELETE', `/tags/${tagKey}`), { refresh: ['tags'], done: texts.tagRetired });
  return (
    <Space>
      <Button loading={recompute.isPending} onClick={() => recompute.mutate(undefined)}>
        {texts.tagRecompute}
      </Button>
      <Popconfirm
        title={texts.tagRetireSure}
        onConfirm={() => retire.mutate(undefined, { onSuccess: () => void navigate({ to: '/tags' }) })}
      >
        <Button danger>{texts.tagRetire}</Button>
      </Popconfirm>
    </Space>
  );
}

/** What feeds the tag and what it feeds. */
function Lineage({ tag: { inputs, usedBy } }: { tag: TagDetail }) {
  const { texts, say } = useSpeech();
  return (
    <Space orientation="vertical" size={4}>
      <Typography.Text type="secondary">{texts.tagInputs}</Typography.Text>
      <Space wrap size={4}>
        {inputs.events.slice(0, 8).map((name) => (
          <Tag key={name}>{name}</Tag>
        ))}
        {inputs.traits.map((name) => (
          <Tag key={name} color="blue">
            {name}
          </Tag>
        ))}
        {inputs.tags.map(({ key, title }) => (
          <Link key={key} to="/tags/$key" params={{ key }}>
            <Tag color="green">{say(title)}</Tag>
          </Link>
        ))}
      </Space>
      <Typography.Text type="secondary">{texts.tagUsedBy}</Typography.Text>
      <Space wrap size={4}>
        {usedBy.length === 0 && texts.tagUnused}
        {usedBy.map(({ kind, key, title }) => (
          <Tag key={`${kind}${key}`} color="purple">{`${texts[`useKind_${kind}`]} ${say(title)}`}</Tag>
        ))}
      </Space>
    </Space>
  );
}

function Today({ definition }: { definition: TagDefinition }) {
  const preview = useQuery({
    queryKey: ['tag-distribution', definition.key, definition.version],
    queryFn: () => api<TagPreview>('POST', '/tags/preview', { definition }),
  });
  return (
    <Load query={preview}>
      {({ before }: { before: Distribution }) => <DistributionChart sides={[before]} definition={definition} />}
    </Load>
  );
}

function History({ definition }: { definition: TagDefinition }) {
  const history = useQuery({
    queryKey: ['tag-history', definition.key],
    queryFn: () => get<TagHistory>(`/tags/${definition.key}/history?days=30`),
  });
  return <Load query={history}>{(known) => <HistoryChart history={known} definition={definition} />}</Load>;
}

const Versions = ({ tag: { versions } }: { tag: TagDetail }) => {
  const { texts } = useSpeech();
  return (
    <Table
      size="small"
      rowKey="version"
      pagination={false}
      dataSource={versions}
      columns={[
        { title: texts.version, dataIndex: 'version', width: 80 },
        { title: texts.tagOwner, dataIndex: 'by', width: 160 },
        { title: texts.tagNote, dataIndex: 'note' },
        { title: '', width: 140, render: (_, { at }) => <When at={at} /> },
      ]}
    />
  );
};

function Why({ tagKey }: { tagKey: string }) {
  const { texts } = useSpeech();
  const sayError = useErrorText();
  const [profile, setProfile] = useState('');
  const why = useQuery({
    queryKey: ['tag-why', tagKey, profile],
    queryFn: () => get<Trace>(`/tags/${tagKey}/why/${encodeURIComponent(profile)}`),
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
      {why.data && <TraceTree trace={why.data} />}
    </Space>
  );
}
