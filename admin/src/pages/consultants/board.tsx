import type {
  AssignmentCounts,
  AssignmentRuleView,
  AssignmentScope,
  AssignmentStatus,
  AssignmentView,
  ConsultantView,
  Page,
} from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Segmented, Select, Space } from 'antd';
import { useState } from 'react';
import { get, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { Pager, usePlace } from '../../parts/pager.js';
import { AssignmentTable } from './assignment-table.js';
import { every } from './every.js';
import { useConsultants } from './use-consultants.js';

type Shown = AssignmentStatus | 'every' | 'overdue';

interface Filter {
  view: AssignmentScope;
  shown: Shown;
  consultant?: string;
  rule?: string;
}

const REFRESH_MS = 5_000;

/** The queue: first due first. */
export function Board() {
  const consultants = useConsultants();
  return <Load query={consultants}>{(crew) => <Queue crew={crew} myself={crew.find(({ isMine }) => isMine)} />}</Load>;
}

function Queue({ crew, myself }: { crew: ConsultantView[]; myself: ConsultantView | undefined }) {
  const { texts } = useSpeech();
  const [filter, setFilter] = useState<Filter>({ view: myself ? 'mine' : 'all', shown: 'every' });
  const place = usePlace();
  const change = (more: Partial<Filter>) => (place.restart(), setFilter({ ...filter, ...more }));
  const assignments = useQuery({
    queryKey: ['assignments', filter, place.cursor],
    queryFn: () =>
      get<Page<AssignmentView>>(`/assignments${query({ ...asQuery(filter), cursor: place.cursor, limit: 20 })}`),
    refetchInterval: every(REFRESH_MS),
    placeholderData: (known) => known,
  });
  return (
    <Space orientation="vertical" size={12} style={{ width: '100%' }}>
      {!myself && crew.length > 0 && <Alert type="info" showIcon title={texts.conNotOne} />}
      <Bar filter={filter} crew={crew} myself={myself} onChange={change} />
      <Load query={assignments}>
        {({ items, next }) => (
          <>
            <AssignmentTable items={items} hasCrew={crew.length > 0} />
            {(next !== undefined || !place.isFirst) && <Pager place={place} next={next} />}
          </>
        )}
      </Load>
    </Space>
  );
}

function asQuery({ view, shown, consultant, rule }: Filter) {
  const isStatus = shown !== 'every' && shown !== 'overdue';
  return {
    view,
    status: isStatus ? shown : undefined,
    isOverdue: shown === 'overdue' ? 'true' : undefined,
    consultant,
    rule,
  };
}

interface BarProps {
  filter: Filter;
  crew: ConsultantView[];
  myself: ConsultantView | undefined;
  onChange: (more: Partial<Filter>) => void;
}

function Bar({ filter, crew, myself, onChange }: BarProps) {
  const { texts } = useSpeech();
  const views: AssignmentScope[] = myself ? (myself.shop ? ['mine', 'shop', 'all'] : ['mine', 'all']) : ['all'];
  const sayView = { mine: texts.conMine, shop: texts.conShopView, all: texts.conAll };
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 12, alignItems: 'center' }}>
      {views.length > 1 && (
        <Segmented
          value={filter.view}
          options={views.map((value) => ({ value, label: sayView[value] }))}
          onChange={(view) => onChange({ view })}
        />
      )}
      <Stages filter={filter} onChange={onChange} />
      <span style={{ flex: 1 }} />
      <Filters filter={filter} crew={crew} onChange={onChange} />
    </div>
  );
}

function Stages({ filter, onChange }: Pick<BarProps, 'filter' | 'onChange'>) {
  const { texts } = useSpeech();
  const { data } = useQuery({
    queryKey: ['assignment-counts', filter.view],
    queryFn: () => get<AssignmentCounts>(`/assignments/counts${query({ view: filter.view })}`),
    refetchInterval: every(REFRESH_MS),
    placeholderData: (known) => known,
  });
  const named = (text: string, count: number | undefined) =>
    count === undefined ? text : `${text} ${count.toLocaleString()}`;
  return (
    <Segmented<Shown>
      value={filter.shown}
      options={[
        { value: 'every', label: named(texts.conEvery, data && data.waiting + data.open + data.contacted) },
        { value: 'waiting', label: named(texts.conStatus_waiting, data?.waiting) },
        { value: 'open', label: named(texts.conStatus_open, data?.open) },
        {
          value: 'overdue',
          label: (
            <span style={data && data.overdue > 0 ? { color: '#cf1322', fontWeight: 600 } : {}}>
              {named(texts.conOverdue, data?.overdue)}
            </span>
          ),
        },
        { value: 'contacted', label: named(texts.conStatus_contacted, data?.contacted) },
        { value: 'closed', label: texts.conStatus_closed },
      ]}
      onChange={(shown) => onChange({ shown })}
    />
  );
}

function Filters({ filter, crew, onChange }: Pick<BarProps, 'filter' | 'crew' | 'onChange'>) {
  const { texts } = useSpeech();
  const { data: rules = [] } = useQuery({
    queryKey: ['assignment-rules'],
    queryFn: () => get<AssignmentRuleView[]>('/assignment-rules'),
  });
  return (
    <Space>
      {filter.view !== 'mine' && (
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          style={{ width: 130 }}
          placeholder={texts.consultants}
          aria-label={texts.consultants}
          {...(filter.consultant && { value: filter.consultant })}
          options={crew.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(consultant?: string) => onChange({ consultant })}
        />
      )}
      {rules.length > 1 && (
        <Select
          allowClear
          style={{ width: 150 }}
          placeholder={texts.conRules}
          aria-label={texts.conRules}
          {...(filter.rule && { value: filter.rule })}
          options={rules.map(({ id, title }) => ({ value: id, label: title }))}
          onChange={(rule?: string) => onChange({ rule })}
        />
      )}
    </Space>
  );
}
