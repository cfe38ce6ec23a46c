import type { Computation, Condition, TagDefinition } from '@perennial/contract';
import { ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Card, Space, Typography } from 'antd';
import { useSpeech } from '../../../i18n/language.js';
import { RuleEditor } from '../../../parts/rule-editor/rule-editor.js';
import { groupOf, placed } from '../../../parts/rule-editor/rules.js';
import { ConstantField } from './constant-field.js';

type Tiers = Extract<Computation, { kind: 'tiers' }>;

interface TiersFieldProps {
  tiers: Tiers;
  definition: TagDefinition;
  onChange: (tiers: Tiers) => void;
}

const KINDS = ['tag', 'behaviour', 'trait'] as const;

/** Tiers from the top: the first whose condition holds gives the value. */
export function TiersField({ tiers, definition, onChange }: TiersFieldProps) {
  const { texts } = useSpeech();
  const list = tiers.tiers;
  const set = (next: Tiers['tiers']) => onChange({ ...tiers, tiers: next });
  const { otherwise, ...rest } = tiers;
  return (
    <Space orientation="vertical" size={8} style={{ width: '100%' }}>
      {placed(list).map(({ item: { when, value }, i, id }) => (
        <Card
          key={id}
          size="small"
          title={
            <Space>
              <Typography.Text type="secondary">{texts.tierNumber.replace('{n}', String(i + 1))}</Typography.Text>
              <ConstantField
                value={value}
                definition={definition}
                placeholder={texts.tierValue}
                onChange={(next) => set(list.with(i, { when, value: next ?? '' }))}
              />
            </Space>
          }
          extra={
            <Space size={0}>
              <Button
                size="small"
                type="text"
                disabled={i === 0}
                aria-label={texts.tierUp}
                icon={<ArrowUpOutlined />}
                onClick={() => set(list.with(i, list[i - 1]!).with(i - 1, list[i]!))}
              />
              <Button
                size="small"
                type="text"
                disabled={list.length === 1}
                aria-label={texts.ruleRemove}
                icon={<DeleteOutlined />}
                onClick={() => set(list.toSpliced(i, 1))}
              />
            </Space>
          }
        >
          <RuleEditor
            kinds={KINDS}
            rule={groupOf(when)}
            onChange={(next) => set(list.with(i, { when: next as Condition, value }))}
          />
        </Card>
      ))}
      <Space>
        <Button size="small" icon={<PlusOutlined />} onClick={() => set([...list, { when: { all: [] }, value: '' }])}>
          {texts.tierAdd}
        </Button>
        <Typography.Text type="secondary">{texts.tierOtherwise}</Typography.Text>
        <ConstantField
          value={otherwise}
          definition={definition}
          placeholder={texts.tagNone}
          onChange={(next) => onChange(next === undefined ? rest : { ...rest, otherwise: next })}
        />
      </Space>
    </Space>
  );
}
