import { SCRUB_ACTIONS, SCRUB_PATTERNS, type ScrubRule, type SourceSettings } from '@perennial/contract';
import { Alert, Button, Empty, Input, Select, Space, Switch, Table, Tooltip } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { useSession } from '../../session.js';
import { PersonalCard } from './personal-card.js';
import { SaveBar } from './save-bar.js';
import { useEditing } from './use-settings.js';

/** What must not be kept of what this source sends. */
export function ScrubTab({ id, settings }: { id: string; settings: SourceSettings }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const editing = useEditing(id, settings, ['scrub', 'personal']);
  const rules = editing.draft.scrub;
  const put = (at: number, rule: ScrubRule) =>
    editing.change({ scrub: rules.map((known, i) => (i === at ? rule : known)) });
  const rows = rules.map((rule, at) => ({ rule, at }));
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <PersonalCard
        policy={editing.draft.personal}
        isFixed={!isAdmin}
        onChange={(personal) => editing.change({ personal })}
      />
      <Alert type="warning" showIcon title={texts.edgeScrubHint} />
      <Table
        size="small"
        rowKey="at"
        pagination={false}
        dataSource={rows}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.edgeScrubEmpty} /> }}
        columns={[
          {
            title: texts.edgeScrubWhat,
            width: 150,
            render: (_, { rule }) => ('path' in rule ? texts.edgeScrubPath : texts.edgeScrubPattern),
          },
          {
            render: (_, { rule, at }) => <Target rule={rule} isFixed={!isAdmin} onChange={(next) => put(at, next)} />,
          },
          {
            title: texts.edgeScrubAction,
            width: 140,
            render: (_, { rule, at }) => (
              <Select
                aria-label={texts.edgeScrubAction}
                disabled={!isAdmin}
                style={{ width: 120 }}
                value={rule.action}
                options={SCRUB_ACTIONS.map((value) => ({ value, label: texts[`edgeAction_${value}`] }))}
                onChange={(action) => put(at, { ...rule, action })}
              />
            ),
          },
          {
            title: <Tooltip title={texts.edgeIncludesHint}>{texts.edgeIncludes}</Tooltip>,
            width: 170,
            render: (_, { rule, at }) =>
              'pattern' in rule && (
                <Switch
                  aria-label={texts.edgeIncludes}
                  disabled={!isAdmin}
                  checked={rule.includesIdentifiers ?? false}
                  onChange={(includesIdentifiers) => put(at, { ...rule, includesIdentifiers })}
                />
              ),
          },
          {
            width: 80,
            render: (_, { at }) =>
              isAdmin && (
                <LinkButton danger onClick={() => editing.change({ scrub: rules.filter((_rule, i) => i !== at) })}>
                  {texts.remove}
                </LinkButton>
              ),
          },
        ]}
      />
      {isAdmin && <Adding rules={rules} onAdd={(rule) => editing.change({ scrub: [...rules, rule] })} />}
      <SaveBar editing={editing} />
    </Space>
  );
}

interface TargetProps {
  rule: ScrubRule;
  isFixed: boolean;
  onChange: (rule: ScrubRule) => void;
}

function Target({ rule, isFixed, onChange }: TargetProps) {
  const { texts } = useSpeech();
  if ('pattern' in rule) return <>{texts[`edgePattern_${rule.pattern}`]}</>;
  return (
    <Input
      aria-label={texts.edgePath}
      disabled={isFixed}
      style={{ maxWidth: 360 }}
      value={rule.path}
      placeholder={texts.edgeScrubPathHint}
      onChange={({ target }) => onChange({ ...rule, path: target.value.trim() })}
    />
  );
}

/** Each pattern once, places as many as are needed. */
function Adding({ rules, onAdd }: { rules: ScrubRule[]; onAdd: (rule: ScrubRule) => void }) {
  const { texts } = useSpeech();
  const used = new Set(rules.map((rule) => ('pattern' in rule ? rule.pattern : undefined)));
  return (
    <Space wrap>
      {SCRUB_PATTERNS.filter((pattern) => !used.has(pattern)).map((pattern) => (
        <Button key={pattern} onClick={() => onAdd({ pattern, action: 'mask' })}>
          + {texts[`edgePattern_${pattern}`]}
        </Button>
      ))}
      <Button onClick={() => onAdd({ path: '', action: 'drop' })}>+ {texts.edgeScrubPath}</Button>
    </Space>
  );
}
