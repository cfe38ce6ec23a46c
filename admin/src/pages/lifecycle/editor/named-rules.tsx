import type { Condition, Text } from '@perennial/contract';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Card, Input, Space } from 'antd';
import { useSpeech } from '../../../i18n/language.js';
import { both } from '../../../parts/both.js';
import { RuleEditor } from '../../../parts/rule-editor/rule-editor.js';
import { groupOf } from '../../../parts/rule-editor/rules.js';
import { KINDS } from './kinds.js';

/** A condition with a name: a sub-stage, or a guard with what it tells. */
export interface NamedRule {
  key: string;
  text: Text;
  rule: Condition;
}

interface NamedRulesProps {
  rules: NamedRule[];
  /** Begins the key of a new one. */
  prefix: string;
  placeholder: string;
  add: string;
  onChange: (rules: NamedRule[]) => void;
}

/** Tried from the top. */
export function NamedRules({ rules, prefix, placeholder, add, onChange }: NamedRulesProps) {
  const { texts, language } = useSpeech();
  const blank = { key: freeKey(prefix, rules), text: { zh: '', en: '' }, rule: { all: [] } };
  return (
    <Space orientation="vertical" size={8} style={{ width: '100%' }}>
      {rules.map((one, i) => (
        <Card
          key={one.key}
          size="small"
          title={
            <Input
              size="small"
              variant="filled"
              placeholder={placeholder}
              value={one.text[language]}
              onChange={({ target }) =>
                onChange(rules.with(i, { ...one, text: both(target.value, one.text, language) }))
              }
            />
          }
          extra={
            <Button
              size="small"
              type="text"
              aria-label={texts.ruleRemove}
              icon={<DeleteOutlined />}
              onClick={() => onChange(rules.toSpliced(i, 1))}
            />
          }
        >
          <RuleEditor
            kinds={KINDS}
            rule={groupOf(one.rule)}
            onChange={(rule) => onChange(rules.with(i, { ...one, rule: rule as Condition }))}
          />
        </Card>
      ))}
      <Button size="small" icon={<PlusOutlined />} onClick={() => onChange([...rules, blank])}>
        {add}
      </Button>
    </Space>
  );
}

/** Keys are what rows of history name, so a new one takes none that stands here. */
export function freeKey(prefix: string, taken: { key: string }[]): string {
  const keys = new Set(taken.map(({ key }) => key));
  let n = taken.length + 1;
  while (keys.has(`${prefix}_${n}`)) n += 1;
  return `${prefix}_${n}`;
}
