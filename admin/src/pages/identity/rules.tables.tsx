import {
  sourceRuleUnder,
  type IdentityRules,
  type KindRule,
  type OverLimit,
  type RulesView,
} from '@perennial/contract';
import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import { Button, InputNumber, Select, Space, Switch, Table, Tag, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { colourOf } from './parts.js';
import { changeKind, changeSource, moveKind } from './rules.diff.js';

interface TableProps {
  view: RulesView;
  draft: IdentityRules;
  changed: string[];
  isReadOnly: boolean;
  onChange: (draft: IdentityRules) => void;
}

const OVER_LIMITS: OverLimit[] = ['conflict', 'refuse', 'replace_oldest'];
const STRENGTHS: KindRule['strength'][] = ['strong', 'medium', 'weak'];

/** What a changed row looks like, here and in a version of before. */
const marked = { background: '#fffbe6' };

export function KindRules({ view, draft, changed, isReadOnly, onChange }: TableProps) {
  const { texts, say } = useSpeech();
  const kinds = new Map(view.kinds.map((kind) => [kind.key, kind]));
  const set = (key: string, change: Partial<KindRule>) => onChange(changeKind(draft, key, change));
  const count =
    (field: 'perProfile' | 'peoplePerValue' | 'lifetimeDays', least: number) => (_: unknown, rule: KindRule) => (
      <InputNumber
        size="small"
        aria-label={`${rule.key} ${texts[field]}`}
        style={{ width: 76 }}
        min={least}
        precision={0}
        placeholder={texts.unlimited}
        disabled={isReadOnly || (field === 'lifetimeDays' && rule.strength !== 'weak')}
        value={rule[field] ?? null}
        onChange={(value) => set(rule.key, { [field]: value ?? undefined })}
      />
    );
  return (
    <Table<KindRule>
      size="small"
      rowKey="key"
      pagination={false}
      scroll={{ x: 1000 }}
      dataSource={draft.kinds.toSorted((a, b) => a.priority - b.priority)}
      onRow={({ key }) => (changed.includes(key) ? { style: marked } : {})}
      columns={[
        {
          title: texts.priority,
          width: 84,
          render: (_, { key }) => (
            <Space size={0}>
              <Button
                size="small"
                type="text"
                aria-label={`${key} ${texts.moveUp}`}
                icon={<ArrowUpOutlined />}
                disabled={isReadOnly}
                onClick={() => onChange(moveKind(draft, key, -1))}
              />
              <Button
                size="small"
                type="text"
                aria-label={`${key} ${texts.moveDown}`}
                icon={<ArrowDownOutlined />}
                disabled={isReadOnly}
                onClick={() => onChange(moveKind(draft, key, 1))}
              />
            </Space>
          ),
        },
        {
          title: texts.kindTitle,
          width: 150,
          render: (_, { key }) => <Tag color={colourOf(key)}>{say(kinds.get(key)?.title) || key}</Tag>,
        },
        {
          title: texts.isOn,
          width: 70,
          render: (_, { key, isOn }) => (
            <Switch
              size="small"
              aria-label={`${key} ${texts.isOn}`}
              disabled={isReadOnly}
              checked={isOn}
              onChange={(value) => set(key, { isOn: value })}
            />
          ),
        },
        {
          title: texts.strength,
          width: 90,
          render: (_, { key, strength }) => (
            <Select
              size="small"
              aria-label={`${key} ${texts.strength}`}
              style={{ width: 78 }}
              disabled={isReadOnly}
              value={strength}
              options={STRENGTHS.map((value) => ({ value, label: texts[`strength_${value}`] }))}
              onChange={(value) => set(key, { strength: value, ...(value !== 'weak' && { lifetimeDays: undefined! }) })}
            />
          ),
        },
        { title: texts.perProfile, width: 92, render: count('perProfile', 1) },
        {
          title: texts.overLimit,
          width: 130,
          render: (_, { key, overLimit = 'conflict', perProfile }) => (
            <Select
              size="small"
              aria-label={`${key} ${texts.overLimit}`}
              style={{ width: 116 }}
              disabled={isReadOnly || perProfile === undefined}
              value={overLimit}
              options={OVER_LIMITS.map((value) => ({ value, label: texts[`overLimit_${value}`] }))}
              onChange={(value) => set(key, { overLimit: value })}
            />
          ),
        },
        { title: texts.peoplePerValue, width: 120, render: count('peoplePerValue', 2) },
        { title: texts.lifetimeDays, width: 92, render: count('lifetimeDays', 1) },
        {
          title: texts.blocked,
          render: (_, { key, blocked = [] }) => (
            <Select
              size="small"
              mode="tags"
              open={false}
              aria-label={`${key} ${texts.blocked}`}
              style={{ minWidth: 160, width: '100%' }}
              placeholder={texts.blockedHint}
              disabled={isReadOnly}
              value={blocked}
              onChange={(value) => set(key, { blocked: value })}
            />
          ),
        },
      ]}
    />
  );
}

export function SourceRules({ view, draft, changed, isReadOnly, onChange }: TableProps) {
  const { texts } = useSpeech();
  if (view.sources.length === 0) return null;
  const rules = view.sources.map(({ id, title, plain }) => ({
    title,
    plain,
    ...sourceRuleUnder(
      draft.sources.find(({ sourceId }) => sourceId === id),
      plain,
    ),
  }));
  const allowed = (key: 'mayLink' | 'mayBind' | 'mayConsent') => ({
    title: texts[key],
    width: 150,
    render: (_: unknown, { sourceId, plain, [key]: isAllowed }: (typeof rules)[number]) => (
      <Switch
        size="small"
        aria-label={`${sourceId} ${texts[key]}`}
        disabled={isReadOnly}
        checked={isAllowed}
        onChange={(value) => onChange(changeSource(draft, plain, { [key]: value }))}
      />
    ),
  });
  return (
    <div style={{ marginTop: 16 }}>
      <Typography.Text strong>{texts.sourceRules}</Typography.Text>
      <Typography.Text type="secondary" style={{ marginInlineStart: 12 }}>
        {texts.rankHint}
      </Typography.Text>
      <Table
        size="small"
        rowKey="sourceId"
        pagination={false}
        dataSource={rules}
        onRow={({ sourceId }) => (changed.includes(sourceId) ? { style: marked } : {})}
        columns={[
          { title: texts.source, dataIndex: 'title' },
          allowed('mayLink'),
          allowed('mayBind'),
          allowed('mayConsent'),
          {
            title: texts.rank,
            width: 140,
            render: (_, { sourceId, plain, rank }) => (
              <InputNumber
                size="small"
                aria-label={`${sourceId} ${texts.rank}`}
                min={0}
                precision={0}
                disabled={isReadOnly}
                value={rank}
                onChange={(value) => onChange(changeSource(draft, plain, { rank: value ?? plain.rank }))}
              />
            ),
          },
        ]}
      />
    </div>
  );
}
