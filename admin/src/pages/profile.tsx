import type { MoveView, Page, ProfileDetail, TimelineItem } from '@perennial/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import {
  Alert,
  Button,
  Card,
  Checkbox,
  Col,
  Empty,
  Popover,
  Row,
  Skeleton,
  Space,
  Table,
  Tabs,
  Tag,
  Timeline,
  Typography,
} from 'antd';
import { useState } from 'react';
import { get, query } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { Facts, HINTS } from '../parts/facts.js';
import { LinkButton } from '../parts/link-button.js';
import { Load, useErrorText } from '../parts/load.js';
import { useSayPlace } from '../parts/use-stages.js';
import { When } from '../parts/when.js';
import { useSession } from '../session.js';
import { ProfileIdentityTab } from './identity/profile-identity.js';
import { Reveal } from './identity/reveal.js';
import { ProfileAssignments } from './consultants/profile-assignments.js';
import { GroupsCard } from './groups-card.js';
import { ProfileJourney } from './profile-journey.js';
import { ProfileTags } from './profile-tags.js';
import { StageWithReason } from './profile-stage.js';

export function ProfilePage() {
  const { texts } = useSpeech();
  const { id } = useParams({ from: '/profiles/$id' });
  const profile = useQuery({
    queryKey: ['profile', id],
    queryFn: () => get<ProfileDetail>(`/profiles/${encodeURIComponent(id)}`),
  });
  return (
    <Load query={profile}>
      {(detail) => (
        <Space orientation="vertical" size={16} style={{ width: '100%' }}>
          <Head detail={detail} />
          <Tabs
            size="small"
            items={[
              { key: 'story', label: texts.story, children: <Life detail={detail} /> },
              { key: 'journey', label: texts.journey, children: <ProfileJourney id={detail.id} /> },
              { key: 'identity', label: texts.identity, children: <ProfileIdentityTab id={detail.id} /> },
            ]}
          />
        </Space>
      )}
    </Load>
  );
}

function Life({ detail }: { detail: ProfileDetail }) {
  return (
    <Row gutter={16}>
      <Col span={9}>
        <Space orientation="vertical" size={16} style={{ width: '100%' }}>
          <Identifiers detail={detail} />
          <ProfileAssignments id={detail.id} />
          <ProfileTags id={detail.id} tags={detail.tags} />
          <Traits detail={detail} />
          <GroupsCard detail={detail} />
        </Space>
      </Col>
      <Col span={15}>
        <Space orientation="vertical" size={16} style={{ width: '100%' }}>
          <Moves id={detail.id} />
          <Story id={detail.id} />
        </Space>
      </Col>
    </Row>
  );
}

function Head({ detail }: { detail: ProfileDetail }) {
  const { texts } = useSpeech();
  return (
    <Card size="small">
      <Space size="large" align="center">
        <Typography.Title level={4} style={{ margin: 0 }}>
          {detail.displayName ?? detail.id}
        </Typography.Title>
        <Typography.Text type="secondary" copyable>
          {detail.id}
        </Typography.Text>
        {detail.stages.map((place) => (
          <StageWithReason key={place.lifecycle} profile={detail.id} place={place} />
        ))}
        <span>
          {texts.eventCount} {detail.events.toLocaleString()}
        </span>
        <span>
          {texts.firstSeen} <When at={detail.firstSeenAt} />
        </span>
        <span>
          {texts.lastSeen} <When at={detail.lastSeenAt} />
        </span>
      </Space>
      {detail.mergedFrom.length > 0 && (
        <Alert
          style={{ marginTop: 12 }}
          type="info"
          title={`${texts.mergedFrom} ${detail.mergedFrom.map(({ id }) => id).join(', ')}`}
        />
      )}
    </Card>
  );
}

function Identifiers({ detail: { id, identifiers } }: { detail: ProfileDetail }) {
  const { texts, say } = useSpeech();
  const { isAdmin } = useSession();
  return (
    <Card size="small" title={texts.identifiers} extra={isAdmin && <Reveal id={id} />}>
      <Table
        size="small"
        showHeader={false}
        pagination={false}
        rowKey={({ kind, namespace, value }) => `${kind}${namespace}${value}`}
        dataSource={identifiers}
        columns={[
          { dataIndex: 'title', width: 130, render: (_, { title }) => say(title) },
          { dataIndex: 'value', render: (value: string) => <Typography.Text copyable>{value}</Typography.Text> },
          {
            dataIndex: 'evidence',
            width: 90,
            render: (_, { evidence }) => (
              <Popover
                trigger={HINTS}
                content={
                  <Facts
                    rows={[
                      [texts.rule, evidence.rule],
                      [texts.source, evidence.sourceId],
                      [texts.events, evidence.eventId],
                      [texts.time, new Date(evidence.at).toLocaleString()],
                    ]}
                  />
                }
              >
                <LinkButton>{texts.evidence}</LinkButton>
              </Popover>
            ),
          },
        ]}
      />
    </Card>
  );
}

function Traits({ detail: { traits } }: { detail: ProfileDetail }) {
  const { texts } = useSpeech();
  return (
    <Card size="small" title={texts.traits}>
      {traits.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noTraits} />
      ) : (
        <Facts
          rows={traits.map(({ key, value }) => [key, typeof value === 'string' ? value : JSON.stringify(value)])}
        />
      )}
    </Card>
  );
}

function Moves({ id }: { id: string }) {
  const { texts, say, language } = useSpeech();
  const day = (at: number) => new Date(at).toLocaleDateString(language === 'zh' ? 'zh-CN' : 'en');
  const moves = useQuery({ queryKey: ['moves', id], queryFn: () => get<MoveView[]>(`/profiles/${id}/moves`) });
  return (
    <Card size="small" title={texts.stageHistory}>
      <Load query={moves}>
        {(list) =>
          list.length === 0 ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noMoves} />
          ) : (
            <div style={{ overflowX: 'auto', whiteSpace: 'nowrap', paddingBottom: 4 }}>
              {list.map((move, n) => (
                <span key={`${move.at}${move.to}`}>
                  {n > 0 && <span style={{ color: '#999', margin: '0 6px' }}>→</span>}
                  <Popover
                    trigger={HINTS}
                    content={
                      <Facts
                        rows={[
                          [texts.time, new Date(move.at).toLocaleString()],
                          [texts.evidence, `${texts[`cause_${move.reason.cause}`]} ${move.reason.ref ?? ''}`],
                          ...Object.entries(move.reason.tags).map(([key, value]): [string, string] => [
                            say(move.read[key]) || key,
                            value === null ? texts.tagNone : JSON.stringify(value),
                          ]),
                        ]}
                      />
                    }
                  >
                    <Tag
                      color={move.to.startsWith('churn') ? 'orange' : 'green'}
                      tabIndex={0}
                      style={{ cursor: 'help' }}
                    >
                      {say(move.toTitle)} · {day(move.at)}
                    </Tag>
                  </Popover>
                </span>
              ))}
            </div>
          )
        }
      </Load>
    </Card>
  );
}

const KINDS = ['event', 'move', 'tag', 'delivery'] as const;

function Story({ id }: { id: string }) {
  const sayError = useErrorText();
  const { texts, say } = useSpeech();
  const [kinds, setKinds] = useState<string[]>(['event', 'move', 'delivery']);
  const story = useInfiniteQuery({
    queryKey: ['timeline', id, kinds],
    queryFn: ({ pageParam }) =>
      get<Page<TimelineItem>>(
        `/profiles/${id}/timeline${query({ cursor: pageParam, kinds: kinds.join(','), limit: 40 })}`,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    enabled: kinds.length > 0,
  });
  const items = story.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card
      size="small"
      title={texts.timeline}
      extra={
        <Checkbox.Group
          value={kinds}
          options={KINDS.map((kind) => ({ value: kind, label: texts[`kind_${kind}`] }))}
          onChange={setKinds}
        />
      }
    >
      {story.isPending && kinds.length > 0 && <Skeleton active />}
      {story.isError && (
        <Alert
          type="warning"
          title={sayError(story.error)}
          action={<Button onClick={() => void story.refetch()}>{texts.retry}</Button>}
        />
      )}
      {items.length === 0 && !story.isFetching && !story.isError && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noStory} />
      )}
      <Timeline
        items={items.map((item, n) => ({ key: n, color: COLOURS[item.kind], content: <Line item={item} say={say} /> }))}
      />
      {story.hasNextPage && (
        <Button block loading={story.isFetching} onClick={() => void story.fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </Card>
  );
}

const COLOURS = { event: 'gray', move: 'green', tag: 'blue', delivery: 'orange' };

function Line({ item, say }: { item: TimelineItem; say: ReturnType<typeof useSpeech>['say'] }) {
  const sayPlace = useSayPlace();
  return (
    <Space size="middle">
      <Typography.Text
        type="secondary"
        style={{ display: 'inline-block', width: 140, fontVariantNumeric: 'tabular-nums' }}
      >
        <When at={item.at} isExact />
      </Typography.Text>
      {item.kind === 'event' && (
        <Popover
          trigger={HINTS}
          content={
            <pre style={{ maxWidth: 520, maxHeight: 320, overflow: 'auto', margin: 0 }}>
              {JSON.stringify(item.properties, null, 2)}
            </pre>
          }
        >
          <span tabIndex={0} style={{ cursor: 'help' }}>
            {item.name}
          </span>
        </Popover>
      )}
      {item.kind === 'move' && (
        <Tag color="green">{`${item.from ? sayPlace(item.lifecycle, item.from) : '–'} → ${sayPlace(item.lifecycle, item.to)}`}</Tag>
      )}
      {item.kind === 'tag' && (
        <span>{`${say(item.title)}: ${JSON.stringify(item.from)} → ${JSON.stringify(item.to)}`}</span>
      )}
      {item.kind === 'delivery' && <Tag color="orange">{item.status}</Tag>}
    </Space>
  );
}
