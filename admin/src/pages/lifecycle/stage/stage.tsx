import type { LifecycleDetail, Stage, StageDetail } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Breadcrumb, Button, Card, Col, Result, Row, Segmented, Space } from 'antd';
import { useState } from 'react';
import { get } from '../../../api/client.js';
import { useSpeech } from '../../../i18n/language.js';
import { Load } from '../../../parts/load.js';
import { StageFigures } from './figures.js';
import type { StageParts } from './stage-parts.js';
import { StagePlaybook } from './playbook.js';
import { StageTrend } from './trend.js';
import { StageRules } from './rules.js';
import { StageWays } from './ways.js';

const PERIODS = [30, 90, 365];

/** One stage as whoever answers for it looks at it, with what is to be done there. */
export function StagePage() {
  const { texts } = useSpeech();
  const { key, stage: stageKey } = useParams({ from: '/lifecycle/$key/$stage' });
  const lifecycle = useQuery({
    queryKey: ['lifecycle', key],
    queryFn: () => get<LifecycleDetail>(`/lifecycles/${encodeURIComponent(key)}`),
  });
  return (
    <Load query={lifecycle}>
      {(detail) => {
        const stage = detail.definition.stages.find((one) => one.key === stageKey);
        const back = <Link to="/lifecycle">{texts.lifecycle}</Link>;
        return stage ? (
          <Known lifecycle={detail} stage={stage} />
        ) : (
          <Result status="404" title={texts.LIFECYCLE_STAGE_ABSENT} extra={back} />
        );
      }}
    </Load>
  );
}

function Known({ lifecycle, stage }: { lifecycle: LifecycleDetail; stage: Stage }) {
  const { texts, say } = useSpeech();
  const [days, setDays] = useState(90);
  const { key, title } = lifecycle.definition;
  const detail = useQuery({
    queryKey: ['life-stage', key, stage.key, days],
    queryFn: () =>
      get<StageDetail>(`/lifecycles/${encodeURIComponent(key)}/stages/${encodeURIComponent(stage.key)}?days=${days}`),
  });
  return (
    <Space orientation="vertical" size={12} style={{ width: '100%' }}>
      <Row justify="space-between" align="middle">
        <Breadcrumb
          items={[
            { title: <Link to="/lifecycle">{texts.lifecycle}</Link> },
            { title: say(title) },
            { title: say(stage.title) },
          ]}
        />
        <Space>
          <Link to="/profiles" search={{ lifecycle: key, stage: stage.key }}>
            <Button>{texts.lifePeople}</Button>
          </Link>
          <Segmented
            value={days}
            options={PERIODS.map((value) => ({ value, label: texts.windowLast.replace('{n}', String(value)) }))}
            onChange={setDays}
          />
        </Space>
      </Row>
      <Load query={detail}>{(known) => <Parts lifecycle={lifecycle} stage={stage} detail={known} />}</Load>
    </Space>
  );
}

function Parts(parts: StageParts) {
  const { texts } = useSpeech();
  return (
    <>
      <StageFigures {...parts} />
      <Row gutter={12}>
        <Col span={14}>
          <Space orientation="vertical" size={12} style={{ width: '100%' }}>
            <Card size="small" title={texts.lifeTrend}>
              <StageTrend {...parts} />
            </Card>
            <StageWays {...parts} />
          </Space>
        </Col>
        <Col span={10}>
          <Space orientation="vertical" size={12} style={{ width: '100%' }}>
            <StagePlaybook {...parts} />
            <StageRules {...parts} />
          </Space>
        </Col>
      </Row>
    </>
  );
}
