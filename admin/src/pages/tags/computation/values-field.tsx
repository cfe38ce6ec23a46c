import type { TagDefinition } from '@perennial/contract';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Space, Typography } from 'antd';
import { useSpeech } from '../../../i18n/language.js';
import { placed } from '../../../parts/rule-editor/rules.js';

type Values = NonNullable<TagDefinition['values']>;

/** The values that an enum may have, with their names in both languages. */
export function ValuesField({ values, onChange }: { values: Values; onChange: (values: Values) => void }) {
  const { texts } = useSpeech();
  const change = (i: number, next: Partial<Values[number]>) => onChange(values.with(i, { ...values[i]!, ...next }));
  return (
    <Space orientation="vertical" size={4}>
      <Typography.Text type="secondary">{texts.tagValues}</Typography.Text>
      {placed(values).map(({ item: { value, title }, i, id }) => (
        <Space.Compact key={id} size="small">
          <Input
            placeholder={texts.tagValueKey}
            value={String(value ?? '')}
            onChange={({ target }) => change(i, { value: target.value })}
          />
          <Input
            placeholder="中文"
            value={title.zh}
            onChange={({ target }) => change(i, { title: { ...title, zh: target.value } })}
          />
          <Input
            placeholder="English"
            value={title.en}
            onChange={({ target }) => change(i, { title: { ...title, en: target.value } })}
          />
          <Button
            aria-label={texts.ruleRemove}
            icon={<DeleteOutlined />}
            onClick={() => onChange(values.toSpliced(i, 1))}
          />
        </Space.Compact>
      ))}
      <Button
        size="small"
        type="text"
        icon={<PlusOutlined />}
        onClick={() => onChange([...values, { value: '', title: { zh: '', en: '' } }])}
      >
        {texts.tagAddValue}
      </Button>
    </Space>
  );
}
