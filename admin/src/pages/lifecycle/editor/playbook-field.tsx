import type { Indicator, Playbook, Stage, TagDefinition, Text } from '@perennial/contract';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Input, Select, Space } from 'antd';
import { get } from '../../../api/client.js';
import { useSpeech } from '../../../i18n/language.js';
import { both } from '../../../parts/both.js';
import { placed } from '../../../parts/rule-editor/rules.js';

const BLANK: Text = { zh: '', en: '' };
const EMPTY: Playbook = { goal: BLANK, actions: [], indicators: [] };

interface PlaybookFieldProps {
  playbook: Playbook | undefined;
  stages: Stage[];
  onChange: (playbook: Playbook) => void;
}

/** What is done for the people of the stage, and by what it is judged. */
export function PlaybookField({ playbook = EMPTY, stages, onChange }: PlaybookFieldProps) {
  const { texts, language } = useSpeech();
  const change = (next: Partial<Playbook>) => onChange({ ...playbook, ...next });
  return (
    <Space orientation="vertical" size={8} style={{ width: '100%' }}>
      <Input
        prefix={texts.lifeGoalOf}
        value={playbook.goal[language]}
        onChange={({ target }) => change({ goal: both(target.value, playbook.goal, language) })}
      />
      <Lines
        items={playbook.actions}
        blank={BLANK}
        add={texts.lifeAddAction}
        onChange={(actions) => change({ actions })}
      >
        {(action, set) => (
          <Input
            size="small"
            style={{ width: 420 }}
            value={action[language]}
            onChange={({ target }) => set(both(target.value, action, language))}
          />
        )}
      </Lines>
      <Lines
        items={playbook.indicators}
        blank={{ title: BLANK }}
        add={texts.lifeAddIndicator}
        onChange={(indicators) => change({ indicators })}
      >
        {(indicator, set) => <IndicatorField indicator={indicator} stages={stages} onChange={set} />}
      </Lines>
    </Space>
  );
}

interface LinesProps<T> {
  items: T[];
  blank: T;
  add: string;
  onChange: (items: T[]) => void;
  children: (item: T, set: (next: T) => void) => React.ReactNode;
}

function Lines<T>({ items, blank, add, onChange, children }: LinesProps<T>) {
  const { texts } = useSpeech();
  return (
    <>
      {placed(items).map(({ item, i, id }) => (
        <Space key={id} wrap>
          {children(item, (next) => onChange(items.with(i, next)))}
          <Button
            size="small"
            type="text"
            aria-label={texts.ruleRemove}
            icon={<DeleteOutlined />}
            onClick={() => onChange(items.toSpliced(i, 1))}
          />
        </Space>
      ))}
      <Button size="small" icon={<PlusOutlined />} onClick={() => onChange([...items, blank])}>
        {add}
      </Button>
    </>
  );
}

type Measure = 'none' | 'tag' | 'share' | 'days';

interface IndicatorFieldProps {
  indicator: Indicator;
  stages: Stage[];
  onChange: (indicator: Indicator) => void;
}

function IndicatorField({ indicator, stages, onChange }: IndicatorFieldProps) {
  const { texts, say, language } = useSpeech();
  const { data: tags = [] } = useQuery({ queryKey: ['tags'], queryFn: () => get<TagDefinition[]>('/tags') });
  const { title, tag, outcome } = indicator;
  const measure: Measure = tag !== undefined ? 'tag' : (outcome?.as ?? 'none');
  const measured = (as: Measure): Indicator => {
    if (as === 'none') return { title };
    return as === 'tag' ? { title, tag: '' } : { title, outcome: { to: outcome?.to ?? [], as } };
  };
  return (
    <>
      <Input
        size="small"
        style={{ width: 150 }}
        value={title[language]}
        onChange={({ target }) => onChange({ ...indicator, title: both(target.value, title, language) })}
      />
      <Select
        size="small"
        style={{ width: 130 }}
        value={measure}
        options={(['none', 'tag', 'share', 'days'] as const).map((value) => ({
          value,
          label: texts[`indicator_${value}`],
        }))}
        onChange={(as) => onChange(measured(as))}
      />
      {tag !== undefined && (
        <Select
          size="small"
          style={{ width: 200 }}
          value={tag || null}
          showSearch={{ optionFilterProp: 'label' }}
          options={tags.map((one) => ({ value: one.key, label: `${say(one.title)} ${one.key}` }))}
          onChange={(next) => onChange({ title, tag: next ?? '' })}
        />
      )}
      {outcome && (
        <Select
          size="small"
          mode="multiple"
          style={{ minWidth: 200 }}
          value={outcome.to}
          options={stages.map((one) => ({ value: one.key, label: say(one.title) }))}
          onChange={(to) => onChange({ title, outcome: { ...outcome, to } })}
        />
      )}
    </>
  );
}
