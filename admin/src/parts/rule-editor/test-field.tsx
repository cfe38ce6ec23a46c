import type { JsonScalar, TagDefinition, Test, Text } from '@perennial/contract';
import { Input, InputNumber, Select, Space } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { newTest, opsOf } from './rules.js';

interface TestFieldProps {
  test: Test;
  type: TagDefinition['valueType'] | 'any';
  values?: { value: JsonScalar; title: Text }[] | undefined;
  onChange: (test: Test) => void;
}

/** A test of one value: how, and against what. */
export function TestField({ test, type, values, onChange }: TestFieldProps) {
  const { texts } = useSpeech();
  const ops = opsOf(type).includes(test.op) ? opsOf(type) : [test.op, ...opsOf(type)];
  return (
    <Space.Compact>
      <Select
        size="small"
        style={{ minWidth: 96 }}
        value={test.op}
        options={ops.map((op) => ({ value: op, label: texts[`op_${op}`] }))}
        onChange={(op) => onChange(newTest(op, type))}
      />
      <Against test={test} type={type} values={values} onChange={onChange} />
    </Space.Compact>
  );
}

function Against({ test, type, values, onChange }: TestFieldProps) {
  const { say, texts } = useSpeech();
  const options = values?.map(({ value, title }) => ({ value: value as string, label: say(title) }));
  if ('days' in test)
    return (
      <InputNumber size="small" min={0} value={test.days} onChange={(days) => onChange({ ...test, days: days ?? 0 })} />
    );
  if ('values' in test)
    return (
      <Select
        size="small"
        mode={options ? 'multiple' : 'tags'}
        style={{ minWidth: 180 }}
        value={test.values as string[]}
        {...(options && { options })}
        onChange={(chosen: string[]) => onChange({ ...test, values: chosen })}
      />
    );
  if (!('value' in test)) return null;
  if (typeof test.value === 'number')
    return (
      <InputNumber
        size="small"
        value={test.value}
        onChange={(value) => onChange({ ...test, value: value ?? 0 } as Test)}
      />
    );
  if (type === 'boolean')
    return (
      <Select
        size="small"
        value={String(test.value)}
        options={['true', 'false'].map((value) => ({ value, label: value === 'true' ? texts.yes : texts.no }))}
        onChange={(value) => onChange({ ...test, value: value === 'true' } as Test)}
      />
    );
  if (options && test.op !== 'contains')
    return (
      <Select
        size="small"
        style={{ minWidth: 140 }}
        value={test.value as string}
        options={options}
        onChange={(value) => onChange({ ...test, value } as Test)}
      />
    );
  return (
    <Input
      size="small"
      style={{ width: 160 }}
      value={String(test.value)}
      onChange={({ target }) => onChange({ ...test, value: target.value } as Test)}
    />
  );
}
