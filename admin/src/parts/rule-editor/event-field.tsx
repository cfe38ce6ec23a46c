import type { EventFilter, EventTest, Window } from '@perennial/contract';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { AutoComplete, Button, Select, Space, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { placed } from './rules.js';
import { TestField } from './test-field.js';
import type { useWords } from './words.js';

type Words = ReturnType<typeof useWords>;
type PropertyTest = Extract<EventTest, { property: string }>;

interface EventFieldProps {
  filter: EventFilter;
  words: Words;
  onChange: (filter: EventFilter) => void;
}

/** Which events are meant: names, and tests of their properties. */
export function EventField({ filter, words, onChange }: EventFieldProps) {
  const { texts } = useSpeech();
  const where = filter.where ?? [];
  const change = (next: EventTest[]) => {
    const { where: _, ...rest } = filter;
    onChange(next.length > 0 ? { ...rest, where: next } : rest);
  };
  return (
    <Space wrap size={4}>
      <Select
        size="small"
        mode="tags"
        placeholder={texts.ruleEvent}
        style={{ minWidth: 200 }}
        value={filter.names}
        options={words.events.map(({ name }) => ({ value: name, label: name }))}
        onChange={(names: string[]) => onChange({ ...filter, names })}
      />
      {placed(where).map(({ item: test, i, id }) =>
        'property' in test ? (
          <PropertyField
            key={id}
            test={test}
            properties={propertiesOf(filter.names, words)}
            onChange={(next) => change(where.with(i, next))}
            onRemove={() => change(where.toSpliced(i, 1))}
          />
        ) : (
          <Typography.Text key={id} code>
            {JSON.stringify(test)}
          </Typography.Text>
        ),
      )}
      <Button
        size="small"
        type="text"
        icon={<PlusOutlined />}
        onClick={() => change([...where, { property: '', test: { op: 'exists' } }])}
      >
        {texts.ruleAddWhere}
      </Button>
    </Space>
  );
}

export const propertiesOf = (names: string[], { events }: Words): string[] => [
  ...new Set(
    events.filter(({ name }) => names.includes(name)).flatMap(({ properties }) => properties.map(({ path }) => path)),
  ),
];

interface PropertyFieldProps {
  test: PropertyTest;
  properties: string[];
  onChange: (test: PropertyTest) => void;
  onRemove: () => void;
}

function PropertyField({ test, properties, onChange, onRemove }: PropertyFieldProps) {
  const { texts } = useSpeech();
  return (
    <Space size={4}>
      <Typography.Text type="secondary">{texts.ruleWhere}</Typography.Text>
      <AutoComplete
        size="small"
        style={{ width: 140 }}
        placeholder={texts.ruleProperty}
        value={test.property}
        options={properties.map((value) => ({ value }))}
        onChange={(property: string) => onChange({ ...test, property })}
      />
      <TestField test={test.test} type="any" onChange={(next) => onChange({ ...test, test: next })} />
      <Button size="small" type="text" aria-label={texts.ruleRemove} icon={<DeleteOutlined />} onClick={onRemove} />
    </Space>
  );
}

const DAYS = [1, 7, 14, 30, 60, 90, 180, 365];

/** When it happened, from what is usual. */
export function WindowField({
  window,
  onChange,
}: {
  window: Window | undefined;
  onChange: (window: Window | undefined) => void;
}) {
  const { texts } = useSpeech();
  const usual: [string, Window | undefined, string][] = [
    ...DAYS.map((last): [string, Window, string] => [
      `${last}`,
      { last, unit: 'day' },
      texts.windowLast.replace('{n}', String(last)),
    ]),
    ...(['week', 'month', 'quarter', 'year'] as const).map((period): [string, Window, string] => [
      period,
      { this: period },
      texts[`window_${period}`],
    ]),
    ['', undefined, texts.windowAll],
  ];
  const known = usual.find(([, one]) => JSON.stringify(one) === JSON.stringify(window));
  const options = usual.map(([value, , label]) => ({ value, label }));
  const other = JSON.stringify(window);
  return (
    <Select
      size="small"
      style={{ minWidth: 110 }}
      value={known ? known[0] : other}
      options={known ? options : [...options, { value: other, label: other }]}
      onChange={(value) => onChange(usual.find(([key]) => key === value)?.[1])}
    />
  );
}
