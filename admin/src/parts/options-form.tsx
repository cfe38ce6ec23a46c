import type { FieldView, JsonObject } from '@perennial/contract';
import { Form, Input, InputNumber, Select, Switch } from 'antd';
import { useSpeech } from '../i18n/language.js';
import type { TextKey, Texts } from '../i18n/zh.js';

/** Values as the form holds them: structured ones as text. */
export function toFormValues(fields: FieldView[], values: JsonObject): Record<string, unknown> {
  return Object.fromEntries(
    fields.map(({ key, type, initial }) => {
      const value = values[key] ?? initial;
      return [
        key,
        type === 'json' && value !== undefined ? JSON.stringify(value, null, 2) : type === 'secret' ? undefined : value,
      ];
    }),
  );
}

export function fromFormValues(fields: FieldView[], values: Record<string, unknown>): JsonObject {
  const entries = fields.flatMap(({ key, type }) => {
    const value = values[key];
    if (value === undefined || value === null || value === '') return [];
    return [[key, type === 'json' ? (JSON.parse(value as string) as unknown) : value]];
  });
  return Object.fromEntries(entries) as JsonObject;
}

const NONE: string[] = [];

interface OptionsFieldsProps {
  fields: FieldView[];
  secretsSet?: string[];
  /** Where the values lie in the form around, so that a plugin's `title` is not the form's own. */
  under?: string;
}

/** The fields that a plugin's options class describes, as form items of the form around them. */
export function OptionsFields({ fields, secretsSet = NONE, under }: OptionsFieldsProps) {
  const { say, texts } = useSpeech();
  return fields.map((field) => (
    <Form.Item
      key={field.key}
      name={under ? [under, field.key] : field.key}
      label={say(field.title)}
      extra={say(field.help)}
      valuePropName={field.type === 'boolean' ? 'checked' : 'value'}
      rules={rulesOf(field, secretsSet.includes(field.key), texts)}
    >
      {inputOf(field, secretsSet.includes(field.key) ? texts.secretSet : undefined)}
    </Form.Item>
  ));
}

const CHECKS: Partial<Record<FieldView['type'], { isValid: (text: string) => boolean; complaint: TextKey }>> = {
  json: { isValid: isJson, complaint: 'invalidJson' },
  url: { isValid: (text) => URL.canParse(text), complaint: 'invalidUrl' },
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function rulesOf({ isRequired, type }: FieldView, isSet: boolean, texts: Texts) {
  const check = CHECKS[type];
  const validator = (_: unknown, value: string | undefined) =>
    !value || !check || check.isValid(value) ? Promise.resolve() : Promise.reject(new Error(texts[check.complaint]));
  return [...(isRequired && !isSet ? [{ required: true }] : []), ...(check ? [{ validator }] : [])];
}

function inputOf({ type, choices = [], min, max }: FieldView, placeholder: string | undefined) {
  switch (type) {
    case 'number':
      return <InputNumber {...(min !== undefined && { min })} {...(max !== undefined && { max })} />;
    case 'boolean':
      return <Switch />;
    case 'choice':
      return <Choice choices={choices} />;
    case 'secret':
      return <Input.Password autoComplete="new-password" placeholder={placeholder} />;
    case 'list':
      return <Select mode="tags" open={false} />;
    case 'json':
      return <Input.TextArea autoSize={{ minRows: 3, maxRows: 16 }} style={{ fontFamily: 'monospace' }} />;
    default:
      return <Input {...(max !== undefined && { maxLength: max })} />;
  }
}

function Choice({ choices, ...bound }: { choices: NonNullable<FieldView['choices']> }) {
  const { say } = useSpeech();
  return <Select {...bound} options={choices.map(({ value, title }) => ({ value, label: say(title) }))} />;
}
