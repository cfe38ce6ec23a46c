import type { Condition, Stage } from '@perennial/contract';
import { ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button, Card, Input, InputNumber, Select, Space, Switch, Tag, Typography } from 'antd';
import { useSpeech } from '../../../i18n/language.js';
import { both } from '../../../parts/both.js';
import { RuleEditor } from '../../../parts/rule-editor/rule-editor.js';
import { groupOf } from '../../../parts/rule-editor/rules.js';
import { KINDS } from './kinds.js';
import { MoreFields } from './more-fields.js';

interface StageEditorProps {
  stage: Stage;
  /** All stages of the lifecycle. */
  stages: Stage[];
  isInitial: boolean;
  isFirst: boolean;
  onChange: (stage: Stage) => void;
  onUp: () => void;
  onRemove: () => void;
}

/** One stage: who enters, who stays, how long at least. */
export function StageEditor({ stage, stages, isInitial, isFirst, onChange, onUp, onRemove }: StageEditorProps) {
  const { texts, language } = useSpeech();
  return (
    <Card
      size="small"
      title={
        <Space>
          <Input
            size="small"
            style={{ width: 140 }}
            value={stage.title[language]}
            onChange={({ target }) => onChange({ ...stage, title: both(target.value, stage.title, language) })}
          />
          <Typography.Text type="secondary">{stage.key}</Typography.Text>
          {isInitial && <Tag>{texts.lifeInitial}</Tag>}
        </Space>
      }
      extra={
        <Space size={0}>
          <Button
            size="small"
            type="text"
            disabled={isFirst}
            aria-label={texts.tierUp}
            icon={<ArrowUpOutlined />}
            onClick={onUp}
          />
          <Button
            size="small"
            type="text"
            disabled={isInitial}
            aria-label={texts.ruleRemove}
            icon={<DeleteOutlined />}
            onClick={onRemove}
          />
        </Space>
      }
    >
      <Space orientation="vertical" style={{ width: '100%' }}>
        {stage.when ? (
          <RuleEditor
            kinds={KINDS}
            rule={groupOf(stage.when)}
            onChange={(when) => onChange({ ...stage, when: when as Condition })}
          />
        ) : (
          <Typography.Text type="secondary">{texts.lifeTakesRest}</Typography.Text>
        )}
        <Limits stage={stage} onChange={onChange} />
        <MoreFields stage={stage} stages={stages} onChange={onChange} />
      </Space>
    </Card>
  );
}

function Limits({ stage, onChange }: Pick<StageEditorProps, 'stage' | 'onChange'>) {
  const { texts } = useSpeech();
  const set = (field: 'minimumStayDays' | 'coolDownDays', days: number | null) => {
    const { [field]: _, ...rest } = stage;
    onChange(days === null ? rest : { ...rest, [field]: days });
  };
  const setStay = (stay: Condition | undefined) => {
    const { stay: _, ...rest } = stage;
    onChange(stay ? { ...rest, stay } : rest);
  };
  return (
    <>
      <Space wrap>
        <InputNumber
          size="small"
          style={{ width: 168 }}
          min={0}
          value={stage.minimumStayDays ?? null}
          prefix={texts.lifeMinimum}
          suffix={texts.days}
          onChange={(days) => set('minimumStayDays', days)}
        />
        <InputNumber
          size="small"
          style={{ width: 168 }}
          min={0}
          value={stage.coolDownDays ?? null}
          prefix={texts.lifeCoolDown}
          suffix={texts.days}
          onChange={(days) => set('coolDownDays', days)}
        />
        <Select
          size="small"
          value={stage.reEntry ?? 'always'}
          options={(['always', 'never'] as const).map((value) => ({ value, label: texts[`reEntry_${value}`] }))}
          onChange={(reEntry) => onChange({ ...stage, reEntry })}
        />
        {stage.when && (
          <Switch
            size="small"
            checked={stage.stay !== undefined}
            checkedChildren={texts.lifeStay}
            unCheckedChildren={texts.lifeStay}
            onChange={(isOn) => setStay(isOn ? stage.when : undefined)}
          />
        )}
      </Space>
      {stage.stay && (
        <RuleEditor kinds={KINDS} rule={groupOf(stage.stay)} onChange={(stay) => setStay(stay as Condition)} />
      )}
    </>
  );
}
