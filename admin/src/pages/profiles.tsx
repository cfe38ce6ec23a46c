import type { IdentifierView, Page, PlaceView, ProfileSummary } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Card, Empty, Input, Select, Space, Table, Tag, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { api, get, query } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { Load } from '../parts/load.js';
import { Pager, usePlace } from '../parts/pager.js';
import { usePlaces } from '../parts/use-stages.js';
import { When } from '../parts/when.js';

const PAGE = 50;

const placeOf = (value: string) => {
  const [lifecycle, stage] = value.split(':');
  return { lifecycle: lifecycle!, stage: stage! };
};

export function ProfilesPage() {
  const { texts } = useSpeech();
  const search = useSearch({ from: '/profiles' });
  const navigate = useNavigate();
  const place = usePlace();
  const input = useRef<InputRef>(null);
  const places = usePlaces();
  const { cursor } = place;
  const { lifecycle, stage } = search;
  // In memory alone: what is typed may be a phone, and addresses stay in the browser's history.
  const [q, setText] = useState('');
  const list = useQuery({
    queryKey: ['profiles', q, lifecycle, stage, cursor],
    queryFn: () =>
      q
        ? api<Page<ProfileSummary>>('POST', '/profiles/search', { text: q })
        : get<Page<ProfileSummary>>(`/profiles${query({ lifecycle, stage, cursor, limit: PAGE })}`),
    // A look-up that found nobody counts, so nothing but the operator repeats it.
    ...(q && { refetchOnReconnect: false }),
  });
  const show = (next: { lifecycle?: string; stage?: string }, text = '') => {
    place.restart();
    setText(text);
    void navigate({ to: '/profiles', search: next });
  };
  useFocusBySlash(input);
  return (
    <Card
      size="small"
      title={texts.profiles}
      extra={
        <Space>
          <Select
            allowClear
            style={{ width: 180 }}
            placeholder={texts.stage}
            showSearch={{ optionFilterProp: 'label' }}
            value={stage && `${lifecycle ?? 'default'}:${stage}`}
            options={places}
            onChange={(value?: string) => show(value ? placeOf(value) : {})}
          />
          <Input.Search
            ref={input}
            allowClear
            key={q}
            defaultValue={q}
            placeholder={texts.searchHint}
            style={{ width: 420 }}
            onSearch={(text) => show({}, text.trim())}
          />
        </Space>
      }
    >
      <Load query={list}>
        {({ items, next }) => (
          <>
            <Table
              size="small"
              rowKey="id"
              pagination={false}
              dataSource={items}
              locale={{ emptyText: <Empty description={q || stage ? texts.notFound : texts.noProfiles} /> }}
              columns={[
                {
                  title: texts.customer,
                  dataIndex: 'id',
                  render: (id: string, { displayName }) => (
                    <Link to="/profiles/$id" params={{ id }}>
                      {displayName ? `${displayName} (${id})` : id}
                    </Link>
                  ),
                },
                {
                  title: texts.identifiers,
                  dataIndex: 'identifiers',
                  render: (ids: IdentifierView[]) => <Identifiers ids={ids} />,
                },
                {
                  title: texts.stage,
                  dataIndex: 'stages',
                  render: (places: PlaceView[]) =>
                    places.map((place) => <StagePlace key={place.lifecycle} place={place} />),
                },
                {
                  title: texts.eventCount,
                  dataIndex: 'events',
                  align: 'right',
                  width: 90,
                  render: (n: number) => n.toLocaleString(),
                },
                {
                  title: texts.lastSeen,
                  dataIndex: 'lastSeenAt',
                  width: 120,
                  render: (at: number) => <When at={at} />,
                },
              ]}
            />
            <Pager place={place} next={next} />
          </>
        )}
      </Load>
    </Card>
  );
}

export function StagePlace({ place }: { place: PlaceView }) {
  const { say } = useSpeech();
  return (
    <Tag color={place.stage === 'churn' ? 'orange' : 'green'}>
      {place.subStageTitle ? `${say(place.stageTitle)} · ${say(place.subStageTitle)}` : say(place.stageTitle)}
    </Tag>
  );
}

function Identifiers({ ids }: { ids: IdentifierView[] }) {
  const { say } = useSpeech();
  const shown = ids.slice(0, 3);
  return (
    <Space size={4} wrap>
      {shown.map(({ kind, namespace, value, title }) => (
        <Tag key={`${kind}${namespace}${value}`}>{`${say(title)} ${value}`}</Tag>
      ))}
      {ids.length > shown.length && `+${ids.length - shown.length}`}
    </Space>
  );
}

function useFocusBySlash(input: React.RefObject<InputRef | null>) {
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.key !== '/' || isTyping) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, [input]);
}
