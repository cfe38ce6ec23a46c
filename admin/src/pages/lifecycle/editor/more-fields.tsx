import type { Stage } from '@perennial/contract';
import { Collapse, Select, Typography } from 'antd';
import { useSpeech } from '../../../i18n/language.js';
import { NamedRules } from './named-rules.js';
import { PlaybookField } from './playbook-field.js';

interface MoreFieldsProps {
  stage: Stage;
  stages: Stage[];
  onChange: (stage: Stage) => void;
}

/** What most stages leave as it is, each behind its own fold: sub-stages, guards, ways, playbook. */
export function MoreFields({ stage, stages, onChange }: MoreFieldsProps) {
  const { texts } = useSpeech();
  const { subStages = [], guards = [], next, playbook } = stage;
  const fold = (key: string, label: string, count: number, children: React.ReactNode) => ({
    key,
    label: `${label}${count > 0 ? `（${count}）` : ''}`,
    children,
  });
  return (
    <Collapse
      ghost
      size="small"
      destroyOnHidden
      items={[
        fold('subStages', texts.lifeSubStages, subStages.length, <SubStages stage={stage} onChange={onChange} />),
        ...(stage.when
          ? [fold('guards', texts.lifeGuards, guards.length, <Guards stage={stage} onChange={onChange} />)]
          : []),
        fold('next', texts.lifeNext, next?.length ?? 0, <Ways stage={stage} stages={stages} onChange={onChange} />),
        fold(
          'playbook',
          texts.lifePlaybook,
          playbook?.actions.length ?? 0,
          <PlaybookField
            playbook={playbook}
            stages={stages}
            onChange={(changed) => onChange({ ...stage, playbook: changed })}
          />,
        ),
      ]}
    />
  );
}

type FieldProps = Pick<MoreFieldsProps, 'stage' | 'onChange'>;

function SubStages({ stage, onChange }: FieldProps) {
  const { texts } = useSpeech();
  const { subStages = [], ...rest } = stage;
  return (
    <NamedRules
      prefix="sub"
      placeholder={texts.title}
      add={texts.lifeAddSubStage}
      rules={subStages.map(({ key, title, when }) => ({ key, text: title, rule: when }))}
      onChange={(rules) =>
        onChange({ ...rest, subStages: rules.map(({ key, text, rule }) => ({ key, title: text, when: rule })) })
      }
    />
  );
}

function Guards({ stage, onChange }: FieldProps) {
  const { texts } = useSpeech();
  const { guards = [], ...rest } = stage;
  return (
    <NamedRules
      prefix="guard"
      placeholder={texts.lifeGuardMessage}
      add={texts.lifeAddGuard}
      rules={guards.map(({ key, message, veto }) => ({ key, text: message, rule: veto }))}
      onChange={(rules) =>
        onChange({ ...rest, guards: rules.map(({ key, text, rule }) => ({ key, message: text, veto: rule })) })
      }
    />
  );
}

function Ways({ stage, stages, onChange }: MoreFieldsProps) {
  const { texts, say } = useSpeech();
  const { next, ...rest } = stage;
  return (
    <>
      <Select
        mode="multiple"
        size="small"
        style={{ width: '100%' }}
        placeholder={texts.lifeAnywhere}
        value={next ?? []}
        options={stages
          .filter(({ key }) => key !== stage.key)
          .map(({ key, title }) => ({ value: key, label: say(title) }))}
        onChange={(keys) => onChange(keys.length > 0 ? { ...rest, next: keys } : rest)}
      />
      <Typography.Text type="secondary">{texts.lifeNextHint}</Typography.Text>
    </>
  );
}
