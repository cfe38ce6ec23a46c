import type { JsonScalar, TagDefinition } from '@perennial/contract';
import { Input, InputNumber, Select } from 'antd';
import { useSpeech } from '../../../i18n/language.js';

interface ConstantFieldProps {
  value: JsonScalar | undefined;
  definition: Pick<TagDefinition, 'valueType' | 'values'>;
  onChange: (value: JsonScalar | undefined) => void;
  placeholder?: string;
}

/** A value of the tag's type; left empty it is none. */
export function ConstantField({ value, definition, onChange, placeholder }: ConstantFieldProps) {
  const { texts, say } = useSpeech();
  if (definition.valueType === 'number' || definition.valueType === 'date')
    return (
      <InputNumber
        size="small"
        placeholder={placeholder}
        value={typeof value === 'number' ? value : null}
        onChange={(next) => onChange(next ?? undefined)}
      />
    );
  const options =
    definition.valueType === 'boolean'
      ? [true, false].map((one) => ({ value: one as JsonScalar, label: one ? texts.yes : texts.no }))
      : definition.values?.map((known) => ({ value: known.value, label: say(known.title) }));
  if (options)
    return (
      <Select
        size="small"
        allowClear
        placeholder={placeholder}
        style={{ minWidth: 120 }}
        value={value === '' ? undefined : value}
        options={options}
        onChange={onChange}
      />
    );
  return (
    <Input
      size="small"
      style={{ width: 140 }}
      placeholder={placeholder}
      value={typeof value === 'string' ? value : ''}
      onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
    />
  );
}
