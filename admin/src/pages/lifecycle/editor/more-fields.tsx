import type { Stage } from '@perennial/contract';
import { Button, Select, Space, Typography } from 'antd';
import { useState } from 'react';
import { useSpeech } from '../../../i18n/language.js';
import { NamedRules } from './named-rules.js';
import { PlaybookField } from './playbook-field.js';

interface MoreFieldsProps {
  stage: Stage;
  stages: Stage[];
  onChange: (stage: Stage) => void;
}

type Part = 'subStages' | 'guards' | 'next' | 'playbook';

/** What most stages leave as it is, one part open at a time: sub-stages, guards, ways, playbook. */
export function MoreFields({ stage, stages, onChange }: MoreFieldsProps) {
  const { texts } = useSpeech();
  const [open, setOpen] = useState<Part>();
  const { subStages = [], guards = [], next = [], playbook } = stage;
  const parts: [Part, string, number][] = [
    ['subStages', texts.lifeSubStages, subStages.length],
    ...(stage.when ? [['guards', texts.lifeGuards, guards.length] as [Part, string, number]] : []),
    ['next', texts.lifeNext, next.length],
    ['playbook', texts.lifePlaybook, playbook?.actions.length ?? 0],
  ];
  return (
    <Space orientation="vertical" size={8} style={{ width: '100%' }}>
      <Space size={4}>
        {parts.map(([part, label, count]) => (
          <Button
            key={part}
            size="small"
            type={open === part ? 'primary' : 'text'}
            ghost={open === part}
            aria-expanded={open === part}
            onClick={() => setOpen(open === part ? undefined : part)}
          >
            {count > 0 ? `${label} ${count}` : label}
          </Button>
        ))}
      </Space>
      {open === 'subStages' && <SubStages stage={stage} onChange={onChange} />}
      {open === 'guards' && <Guards stage={stage} onChange={onChange} />}
      {open === 'next' && <Ways stage={stage} stages={stages} onChange={onChange} />}
      {open === 'playbook' && (
        <PlaybookField
          playbook={playbook}
          stages={stages}
          onChange={(changed) => onChange({ ...stage, playbook: changed })}
        />
      )}
    </Space>
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
