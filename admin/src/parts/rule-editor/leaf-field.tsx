import type { Aggregate, Measure, Moved, Sequence, TagDefinition } from '@perennial/contract';
import { MEASURES } from '@perennial/contract';
import { PlusOutlined } from '@ant-design/icons';
import { AutoComplete, Button, InputNumber, Select, Space, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { EventField, propertiesOf, WindowField } from './event-field.js';
import { placed, type Leaf } from './rules.js';
import { TestField } from './test-field.js';
import type { useWords } from './words.js';

type Words = ReturnType<typeof useWords>;
interface FieldProps<T> {
  leaf: T;
  words: Words;
  onChange: (leaf: T) => void;
}

/** The fields of one condition. */
export function LeafField({ leaf, words, onChange }: FieldProps<Leaf>) {
  if ('tag' in leaf) return <TagField leaf={leaf} words={words} onChange={onChange} />;
  if ('trait' in leaf)
    return (
      <Space wrap size={4}>
        <AutoComplete
          size="small"
          style={{ width: 160 }}
          value={leaf.trait}
          options={words.traits.map(({ key }) => ({ value: key }))}
          onChange={(trait: string) => onChange({ ...leaf, trait })}
        />
        <TestField test={leaf.test} type="any" onChange={(test) => onChange({ ...leaf, test })} />
      </Space>
    );
  if ('stage' in leaf) return <StageField leaf={leaf} words={words} onChange={onChange} />;
  if ('since' in leaf)
    return <TestField test={leaf.test} type="number" onChange={(test) => onChange({ ...leaf, test })} />;
  if ('behaviour' in leaf)
    return (
      <Space wrap size={4}>
        <AggregateField
          leaf={leaf.behaviour}
          words={words}
          onChange={(behaviour) => onChange({ ...leaf, behaviour })}
        />
        <TestField
          test={leaf.test}
          type={leaf.behaviour.measure.endsWith('At') ? 'date' : 'any'}
          onChange={(test) => onChange({ ...leaf, test })}
        />
      </Space>
    );
  if ('sequence' in leaf)
    return <SequenceField leaf={leaf.sequence} words={words} onChange={(sequence) => onChange({ sequence })} />;
  if ('moved' in leaf) return <MovedField leaf={leaf.moved} words={words} onChange={(moved) => onChange({ moved })} />;
  return <PickField leaf={leaf} words={words} onChange={onChange} />;
}

const search = { showSearch: { optionFilterProp: 'label' } } as const;

function TagField({ leaf, words, onChange }: FieldProps<Extract<Leaf, { tag: string }>>) {
  const { say } = useSpeech();
  const tag = words.tags.find(({ key }) => key === leaf.tag);
  const choose = (key: string) => {
    const next = words.tags.find((one) => one.key === key)!;
    onChange({ tag: key, test: startOf(next.valueType) });
  };
  return (
    <Space wrap size={4}>
      <Select
        size="small"
        {...search}
        style={{ minWidth: 220 }}
        value={leaf.tag || null}
        options={words.tags.map(({ key, title }) => ({ value: key, label: `${say(title)} ${key}` }))}
        onChange={choose}
      />
      <TestField
        test={leaf.test}
        type={tag?.valueType ?? 'any'}
        values={tag?.values}
        onChange={(test) => onChange({ ...leaf, test })}
      />
    </Space>
  );
}

function startOf(type: TagDefinition['valueType']): Extract<Leaf, { tag: string }>['test'] {
  if (type === 'number') return { op: 'gte', value: 1 };
  if (type === 'date') return { op: 'within', days: 30 };
  if (type === 'boolean') return { op: 'is', value: true };
  return type === 'enum' ? { op: 'in', values: [] } : { op: 'exists' };
}

function StageField({ leaf, words, onChange }: FieldProps<Extract<Leaf, { stage: string }>>) {
  const { say } = useSpeech();
  const stages = words.stages.find(({ lifecycle }) => lifecycle === leaf.stage)?.stages ?? [];
  const values = stages.map(({ key, title }) => ({ value: key, title }));
  return (
    <Space wrap size={4}>
      {words.stages.length > 1 && (
        <Select
          size="small"
          value={leaf.stage}
          options={words.stages.map(({ lifecycle, title }) => ({ value: lifecycle, label: say(title) }))}
          onChange={(stage) => onChange({ ...leaf, stage })}
        />
      )}
      <TestField test={leaf.test} type="enum" values={values} onChange={(test) => onChange({ ...leaf, test })} />
    </Space>
  );
}

const MEASURED: Measure[] = ['sum', 'average', 'min', 'max', 'first', 'last', 'distinct', 'top', 'scores'];

/** What is measured: events, how, of which property, when. */
export function AggregateField({ leaf, words, onChange }: FieldProps<Aggregate>) {
  const { texts } = useSpeech();
  const { property, window, ...rest } = leaf;
  const needs = MEASURED.includes(leaf.measure);
  const build = (next: Partial<Aggregate>) => {
    const { property: measured, window: when, ...more } = { ...leaf, ...next };
    const isMeasured = MEASURED.includes(more.measure);
    onChange({ ...more, ...(isMeasured && { property: measured ?? '' }), ...(when && { window: when }) });
  };
  return (
    <Space wrap size={4}>
      <WindowField
        window={window}
        onChange={(when) =>
          when ? build({ window: when }) : onChange({ ...rest, ...(property !== undefined && { property }) })
        }
      />
      <EventField filter={leaf.event} words={words} onChange={(event) => build({ event })} />
      <Select
        size="small"
        style={{ minWidth: 100 }}
        value={leaf.measure}
        options={MEASURES.map((measure) => ({ value: measure, label: texts[`measure_${measure}`] }))}
        onChange={(measure) => build({ measure })}
      />
      {needs && (
        <AutoComplete
          size="small"
          style={{ width: 140 }}
          placeholder={texts.ruleProperty}
          value={property ?? ''}
          options={propertiesOf(leaf.event.names, words).map((value) => ({ value }))}
          onChange={(value: string) => build({ property: value })}
        />
      )}
    </Space>
  );
}

function SequenceField({ leaf, words, onChange }: FieldProps<Sequence>) {
  const { texts } = useSpeech();
  return (
    <Space orientation="vertical" size={4}>
      {placed(leaf.steps).map(({ item: step, i, id }) => (
        <Space key={id} wrap size={4}>
          <Typography.Text type="secondary">{texts.ruleStep.replace('{n}', String(i + 1))}</Typography.Text>
          <EventField
            filter={step}
            words={words}
            onChange={(next) => onChange({ ...leaf, steps: leaf.steps.with(i, next) })}
          />
          {leaf.steps.length > 2 && (
            <Button size="small" type="text" onClick={() => onChange({ ...leaf, steps: leaf.steps.toSpliced(i, 1) })}>
              {texts.ruleRemove}
            </Button>
          )}
        </Space>
      ))}
      <Space wrap size={4}>
        {leaf.steps.length < 6 && (
          <Button
            size="small"
            type="text"
            icon={<PlusOutlined />}
            onClick={() => onChange({ ...leaf, steps: [...leaf.steps, { names: [] }] })}
          >
            {texts.ruleAddStep}
          </Button>
        )}
        <InputNumber
          size="small"
          min={0.1}
          value={leaf.withinHours}
          onChange={(hours) => onChange({ ...leaf, withinHours: hours ?? 24 })}
        />
        {texts.ruleWithin}
        <Typography.Text type="secondary">{texts.ruleWithout}</Typography.Text>
        <EventField
          filter={leaf.without ?? { names: [] }}
          words={words}
          onChange={(without) => {
            const { without: _, ...rest } = leaf;
            onChange(without.names.length > 0 ? { ...rest, without } : rest);
          }}
        />
      </Space>
    </Space>
  );
}

function MovedField({ leaf, words, onChange }: FieldProps<Moved>) {
  const { texts, say } = useSpeech();
  const stages = words.stages.find(({ lifecycle }) => lifecycle === leaf.lifecycle)?.stages ?? [];
  const options = [
    { value: '', label: texts.ruleAnyStage },
    ...stages.map(({ key, title }) => ({ value: key, label: say(title) })),
  ];
  const set = (end: 'from' | 'to', value: string) => {
    const { [end]: _, ...rest } = leaf;
    onChange(value === '' ? rest : { ...rest, [end]: value });
  };
  return (
    <Space wrap size={4}>
      {texts.ruleFrom}
      <Select
        size="small"
        style={{ minWidth: 120 }}
        value={leaf.from ?? ''}
        options={options}
        onChange={(value) => set('from', value)}
      />
      {texts.ruleTo}
      <Select
        size="small"
        style={{ minWidth: 120 }}
        value={leaf.to ?? ''}
        options={options}
        onChange={(value) => set('to', value)}
      />
      <WindowField
        window={leaf.window}
        onChange={(window) => {
          const { window: _, ...rest } = leaf;
          onChange(window ? { ...rest, window } : rest);
        }}
      />
    </Space>
  );
}

/** Channels that plugins use by custom; others are written out. */
const CHANNELS = ['sms', 'email', 'wecom', 'wechat', 'phone', 'ads'];

type Picked = Extract<
  Leaf,
  { reachable: string } | { consent: string } | { audience: string } | { percent: number } | { top: unknown }
>;

function PickField({ leaf, words, onChange }: FieldProps<Picked>) {
  const { say } = useSpeech();
  if ('reachable' in leaf)
    return (
      <Select
        size="small"
        {...search}
        style={{ minWidth: 180 }}
        value={leaf.reachable || null}
        options={words.kinds.map(({ key, title }) => ({ value: key, label: say(title) }))}
        onChange={(reachable: string) => onChange({ reachable })}
      />
    );
  if ('consent' in leaf)
    return (
      <AutoComplete
        size="small"
        style={{ width: 140 }}
        value={leaf.consent}
        options={CHANNELS.map((value) => ({ value }))}
        onChange={(consent: string) => onChange({ consent })}
      />
    );
  if ('audience' in leaf)
    return (
      <Select
        size="small"
        {...search}
        style={{ minWidth: 200 }}
        value={leaf.audience || null}
        options={words.audiences.map(({ key, title }) => ({ value: key, label: say(title) }))}
        onChange={(audience: string) => onChange({ audience })}
      />
    );
  if ('percent' in leaf)
    return (
      <InputNumber
        size="small"
        min={0}
        max={100}
        suffix="%"
        value={leaf.percent}
        onChange={(percent) => onChange({ ...leaf, percent: percent ?? 0 })}
      />
    );
  const numbers = words.tags.filter(({ valueType }) => valueType === 'number');
  return (
    <Space size={4}>
      <Select
        size="small"
        {...search}
        style={{ minWidth: 200 }}
        value={leaf.top.tag || null}
        options={numbers.map(({ key, title }) => ({ value: key, label: say(title) }))}
        onChange={(tag: string) => onChange({ top: { ...leaf.top, tag } })}
      />
      <InputNumber
        size="small"
        min={1}
        value={leaf.top.count}
        onChange={(count) => onChange({ top: { ...leaf.top, count: count ?? 1 } })}
      />
    </Space>
  );
}
