import type { Computation, PluginView, TagDefinition } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { AutoComplete, InputNumber, Select, Space, Typography } from 'antd';
import { get } from '../../../api/client.js';
import { useSpeech } from '../../../i18n/language.js';
import { EventField } from '../../../parts/rule-editor/event-field.js';
import { AggregateField } from '../../../parts/rule-editor/leaf-field.js';
import { useWords } from '../../../parts/rule-editor/words.js';
import { FormulaField } from './formula-field.js';
import { COMPUTATION_KINDS, newComputation } from './kinds.js';
import { RecencyField } from './recency-field.js';
import { TiersField } from './tiers-field.js';

interface ComputationFieldProps {
  definition: TagDefinition;
  onChange: (computation: Computation) => void;
}

/** How a tag's value comes about. */
export function ComputationField({ definition, onChange }: ComputationFieldProps) {
  const { texts } = useSpeech();
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space>
        <Typography.Text type="secondary">{texts.tagWords}</Typography.Text>
        <Select
          style={{ minWidth: 150 }}
          value={definition.computation.kind}
          options={COMPUTATION_KINDS.map((kind) => ({ value: kind, label: texts[`computation_${kind}`] }))}
          onChange={(kind) => onChange(newComputation(kind))}
        />
      </Space>
      <Fields definition={definition} onChange={onChange} />
    </Space>
  );
}

function Fields({ definition, onChange }: ComputationFieldProps) {
  const { texts } = useSpeech();
  const words = useWords();
  const { computation } = definition;
  switch (computation.kind) {
    case 'aggregate':
      return <AggregateField leaf={computation} words={words} onChange={onChange} />;
    case 'tiers':
      return <TiersField tiers={computation} definition={definition} onChange={onChange} />;
    case 'recency':
      return <RecencyField recency={computation} definition={definition} words={words} onChange={onChange} />;
    case 'formula':
      return (
        <Space orientation="vertical">
          <FormulaField
            formula={computation.formula}
            words={words}
            onChange={(formula) => onChange({ ...computation, formula })}
          />
          <InputNumber
            size="small"
            min={0}
            max={6}
            prefix={texts.formulaDecimals}
            value={computation.decimals ?? 0}
            onChange={(decimals) => onChange({ ...computation, decimals: decimals ?? 0 })}
          />
        </Space>
      );
    case 'daysSince':
      return (
        <Space wrap>
          <EventField
            filter={computation.event}
            words={words}
            onChange={(event) => onChange({ ...computation, event })}
          />
          <InputNumber
            size="small"
            min={1}
            prefix={texts.daysCap}
            suffix={texts.days}
            value={computation.cap}
            onChange={(cap) => onChange({ ...computation, cap: cap ?? 1 })}
          />
        </Space>
      );
    case 'trait':
      return (
        <AutoComplete
          style={{ width: 220 }}
          placeholder={texts.traits}
          value={computation.trait}
          options={words.traits.map(({ key }) => ({ value: key }))}
          onChange={(trait: string) => onChange({ kind: 'trait', trait })}
        />
      );
    case 'model':
      return <ModelField model={computation.model} onChange={(model) => onChange({ kind: 'model', model })} />;
    case 'manual':
      return <Typography.Text type="secondary">{texts.manualHint}</Typography.Text>;
  }
}

function ModelField({ model, onChange }: { model: string; onChange: (model: string) => void }) {
  const { say } = useSpeech();
  const plugins = useQuery({ queryKey: ['plugins'], queryFn: () => get<PluginView[]>('/plugins') });
  const models = (plugins.data ?? []).flatMap(({ parts }) => parts.filter(({ kind }) => kind === 'model'));
  return (
    <Select
      style={{ minWidth: 220 }}
      loading={plugins.isPending}
      value={model || null}
      options={models.map(({ key, title }) => ({ value: key, label: say(title) }))}
      onChange={onChange}
    />
  );
}
