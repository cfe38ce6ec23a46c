import type { LifecycleDefinition, LifecyclePreset, Proposal } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Checkbox, Col, Empty, Row, Segmented, Space, Statistic, Tag, Typography } from 'antd';
import { useState } from 'react';
import { get, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { LifecycleEditor } from './definition.js';

/** Ready lifecycles of industries, with thresholds from the enterprise's own purchases where it has enough. */
export function PresetsTab({ lifecycles }: { lifecycles: LifecycleDefinition[] }) {
  const { texts } = useSpeech();
  const [isOwn, setOwn] = useState(false);
  const wizard = useQuery({ queryKey: ['life-wizard'], queryFn: () => get<Proposal[]>('/lifecycles/wizard') });
  const own = isOwn ? thresholdsOf(wizard.data ?? []) : {};
  const presets = useQuery({
    queryKey: ['life-presets', own],
    queryFn: () => get<LifecyclePreset[]>(`/lifecycles/presets${query(own)}`),
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Load query={wizard}>{(proposals) => <Proposals proposals={proposals} />}</Load>
      <Checkbox checked={isOwn} disabled={!wizard.data?.length} onChange={({ target }) => setOwn(target.checked)}>
        {texts.lifeUseOwn}
      </Checkbox>
      <Load query={presets}>{(list) => <Presets key={String(isOwn)} presets={list} inForce={lifecycles} />}</Load>
    </Space>
  );
}

/** What the wizard found, as thresholds: at risk after nine tenths of the intervals, dormant and lost after twice and four times. */
function thresholdsOf(proposals: Proposal[]): Record<string, number> {
  const of = (key: Proposal['key']) => proposals.find((one) => one.key === key)?.value;
  const [churn, highValue, frequentOrders] = [of('churnDays'), of('highValue'), of('frequentOrders')];
  return {
    ...(churn !== undefined && { atRiskDays: churn, dormantDays: 2 * churn, lostDays: 4 * churn }),
    ...(highValue !== undefined && { highValue }),
    ...(frequentOrders !== undefined && { frequentOrders }),
  };
}

function Proposals({ proposals }: { proposals: Proposal[] }) {
  const { texts, say } = useSpeech();
  if (proposals.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.lifeTooLittle} />;
  return (
    <Row gutter={12}>
      {proposals.map(({ key, title, reason, value, quantiles, people }) => (
        <Col key={key} span={6}>
          <Card size="small">
            <Statistic title={say(title)} value={value} />
            <Typography.Paragraph type="secondary" style={{ marginBottom: 0 }}>
              {`${say(reason)}；P10–P90：${quantiles.map((one) => Math.round(one)).join(' / ')}（${people.toLocaleString()}）`}
            </Typography.Paragraph>
          </Card>
        </Col>
      ))}
    </Row>
  );
}

function Presets({ presets, inForce }: { presets: LifecyclePreset[]; inForce: LifecycleDefinition[] }) {
  const { texts, say } = useSpeech();
  const [key, setKey] = useState(presets[0]!.definition.key);
  const [isOpen, setOpen] = useState(false);
  const { definition, needs } = presets.find((one) => one.definition.key === key)!;
  const known = inForce.find((one) => one.key === key);
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Segmented
        value={key}
        options={presets.map((one) => ({ value: one.definition.key, label: say(one.definition.title) }))}
        onChange={(next) => (setKey(next), setOpen(false))}
      />
      <Typography.Paragraph>{say(definition.explanation)}</Typography.Paragraph>
      {needs.length > 0 && (
        <span>
          {texts.lifeNeeds}{' '}
          {needs.map((need) => (
            <Tag key={need}>{need}</Tag>
          ))}
        </span>
      )}
      {!isOpen && <Button onClick={() => setOpen(true)}>{known ? texts.lifeReplace : texts.lifeTake}</Button>}
      {isOpen && <LifecycleEditor key={key} known={definition} expectedVersion={known?.version ?? 0} />}
    </Space>
  );
}
