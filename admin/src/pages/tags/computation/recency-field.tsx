import type { Computation, TagDefinition } from '@perennial/contract';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, InputNumber, Space, Typography } from 'antd';
import { useSpeech } from '../../../i18n/language.js';
import { EventField } from '../../../parts/rule-editor/event-field.js';
import { placed } from '../../../parts/rule-editor/rules.js';
import type { useWords } from '../../../parts/rule-editor/words.js';
import { ConstantField } from './constant-field.js';

type Recency = Extract<Computation, { kind: 'recency' }>;

interface RecencyFieldProps {
  recency: Recency;
  definition: TagDefinition;
  words: ReturnType<typeof useWords>;
  onChange: (recency: Recency) => void;
}

/** Bands of days since the last event that counts, the nearest first. */
export function RecencyField({ recency, definition, words, onChange }: RecencyFieldProps) {
  const { texts } = useSpeech();
  const { bands, otherwise, ...rest } = recency;
  const set = (next: Recency['bands']) => onChange({ ...recency, bands: next });
  return (
    <Space orientation="vertical" size={6}>
      <EventField filter={recency.event} words={words} onChange={(event) => onChange({ ...recency, event })} />
      {placed(bands).map(({ item: band, i, id }) => (
        <Space key={id} size={6}>
          <InputNumber
            size="small"
            min={1}
            value={band.withinDays}
            prefix={texts.bandWithin}
            suffix={texts.days}
            onChange={(days) => set(bands.with(i, { ...band, withinDays: days ?? 1 }))}
          />
          <ConstantField
            value={band.value}
            definition={definition}
            placeholder={texts.tierValue}
            onChange={(value) => set(bands.with(i, { ...band, value: value ?? '' }))}
          />
          <Button
            size="small"
            type="text"
            disabled={bands.length === 1}
            aria-label={texts.ruleRemove}
            icon={<DeleteOutlined />}
            onClick={() => set(bands.toSpliced(i, 1))}
          />
        </Space>
      ))}
      <Space>
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => set([...bands, { withinDays: (bands.at(-1)?.withinDays ?? 0) + 30, value: '' }])}
        >
          {texts.bandAdd}
        </Button>
        <Typography.Text type="secondary">{texts.bandOtherwise}</Typography.Text>
        <ConstantField
          value={otherwise}
          definition={definition}
          placeholder={texts.tagNone}
          onChange={(next) => onChange({ ...rest, bands, ...(next !== undefined && { otherwise: next }) })}
        />
      </Space>
    </Space>
  );
}
