import type { Formula } from '@perennial/contract';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { AutoComplete, Button, InputNumber, Select, Space } from 'antd';
import { useSpeech } from '../../../i18n/language.js';
import { AggregateField } from '../../../parts/rule-editor/leaf-field.js';
import { placed } from '../../../parts/rule-editor/rules.js';
import type { useWords } from '../../../parts/rule-editor/words.js';
import { FORMULA_KINDS, formulaKind, newFormula, type FormulaKind } from './kinds.js';

interface FormulaFieldProps {
  formula: Formula;
  words: ReturnType<typeof useWords>;
  onChange: (formula: Formula) => void;
}

/** A formula as a tree: what is reckoned, and with what. */
export function FormulaField({ formula, words, onChange }: FormulaFieldProps) {
  const { texts } = useSpeech();
  return (
    <div style={{ borderLeft: '2px solid #e4f1eb', paddingLeft: 10 }}>
      <Space wrap size={4}>
        <Select<FormulaKind>
          size="small"
          style={{ minWidth: 110 }}
          value={formulaKind(formula)}
          options={FORMULA_KINDS.map((kind) => ({ value: kind, label: texts[`formula_${kind}`] }))}
          onChange={(kind) => onChange(newFormula(kind, formula))}
        />
        <Operand formula={formula} words={words} onChange={onChange} />
      </Space>
      {'op' in formula && <Parts formula={formula} words={words} onChange={onChange} />}
    </div>
  );
}

function Operand({ formula, words, onChange }: FormulaFieldProps) {
  const { say } = useSpeech();
  if ('tag' in formula)
    return (
      <Select
        size="small"
        showSearch={{ optionFilterProp: 'label' }}
        style={{ minWidth: 200 }}
        value={formula.tag || null}
        options={words.tags
          .filter(({ valueType }) => valueType === 'number' || valueType === 'date')
          .map(({ key, title }) => ({ value: key, label: `${say(title)} ${key}` }))}
        onChange={(tag: string) => onChange({ tag })}
      />
    );
  if ('trait' in formula)
    return (
      <AutoComplete
        size="small"
        style={{ width: 160 }}
        value={formula.trait}
        options={words.traits.map(({ key }) => ({ value: key }))}
        onChange={(trait: string) => onChange({ trait })}
      />
    );
  if ('number' in formula)
    return <InputNumber size="small" value={formula.number} onChange={(number) => onChange({ number: number ?? 0 })} />;
  if ('aggregate' in formula)
    return <AggregateField leaf={formula.aggregate} words={words} onChange={(aggregate) => onChange({ aggregate })} />;
  return null;
}

type Operation = Extract<Formula, { op: string }>;

function Parts({ formula, words, onChange }: Omit<FormulaFieldProps, 'formula'> & { formula: Operation }) {
  const { texts } = useSpeech();
  const { of: parts } = formula;
  const set = (next: Formula[]) => onChange({ ...formula, of: next });
  return (
    <Space orientation="vertical" size={4} style={{ marginTop: 4 }}>
      {placed(parts).map(({ item, i, id }) => (
        <Space key={id} align="start" size={2}>
          <FormulaField formula={item} words={words} onChange={(next) => set(parts.with(i, next))} />
          <Button
            size="small"
            type="text"
            disabled={parts.length === 1}
            aria-label={texts.ruleRemove}
            icon={<DeleteOutlined />}
            onClick={() => set(parts.toSpliced(i, 1))}
          />
        </Space>
      ))}
      <Button size="small" type="text" icon={<PlusOutlined />} onClick={() => set([...parts, { number: 0 }])}>
        {texts.formulaAdd}
      </Button>
    </Space>
  );
}
