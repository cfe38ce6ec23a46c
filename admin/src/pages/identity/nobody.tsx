import type { BuiltInWord, IdentityRules, NobodyWord, RulesView } from '@perennial/contract';
import { Button, Input, Space, Tag, Tooltip, Typography } from 'antd';
import { useState } from 'react';
import { useSpeech } from '../../i18n/language.js';
import { ReasonModal } from './parts.js';
import { addWord, believeWord, dropWord } from './rules.diff.js';

interface Props {
  view: RulesView;
  draft: IdentityRules;
  isReadOnly: boolean;
  onChange: (draft: IdentityRules) => void;
}

/** Words that identify nobody: the built-in list by what it is about, what was taken out of it, and what was added. */
export function NobodyWords({ view, draft, isReadOnly, onChange }: Props) {
  const { texts } = useSpeech();
  const [leaving, setLeaving] = useState<string>();
  const { added = [], removed = [] } = draft.nobody ?? {};
  const out = new Set(removed.map(({ value }) => value));
  return (
    <div style={{ marginTop: 16 }}>
      <Typography.Text strong>{texts.nobodyWords}</Typography.Text>
      <Typography.Text type="secondary" style={{ marginInlineStart: 12 }}>
        {texts.nobodyHint}
      </Typography.Text>
      <Space orientation="vertical" size={8} style={{ width: '100%', marginTop: 8 }}>
        {groupsOf(view.nobody).map(([about, words]) => (
          <Row key={about} title={texts[`nobody_${about}`]}>
            {words
              .filter(({ value }) => !out.has(value))
              .map(({ value }) => (
                <Word key={value} value={value} onClose={isReadOnly ? undefined : () => setLeaving(value)} />
              ))}
          </Row>
        ))}
        <Row title={texts.nobodyRemoved}>
          {removed.map((word) => (
            <Word
              key={word.value}
              {...word}
              isOut
              onClose={isReadOnly ? undefined : () => onChange(dropWord(draft, 'removed', word.value))}
            />
          ))}
        </Row>
        <Row title={texts.nobodyAdded}>
          {added.map((word) => (
            <Word
              key={word.value}
              {...word}
              onClose={isReadOnly ? undefined : () => onChange(dropWord(draft, 'added', word.value))}
            />
          ))}
          {!isReadOnly && <Adding onAdd={(word) => onChange(addWord(draft, word))} />}
        </Row>
      </Space>
      <ReasonModal
        title={texts.nobodyBelieve.replace('{value}', leaving ?? '')}
        okText={texts.nobodyTakeOut}
        isOpen={leaving !== undefined}
        isPending={false}
        onOk={(reason) => {
          onChange(believeWord(draft, { value: leaving!, reason }));
          setLeaving(undefined);
        }}
        onClose={() => setLeaving(undefined)}
      />
    </div>
  );
}

function groupsOf(words: readonly BuiltInWord[]): [BuiltInWord['about'], BuiltInWord[]][] {
  const groups = new Map<BuiltInWord['about'], BuiltInWord[]>();
  for (const word of words) groups.set(word.about, [...(groups.get(word.about) ?? []), word]);
  return [...groups];
}

function Row({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div style={{ display: 'flex', gap: 12 }}>
      <Typography.Text type="secondary" style={{ flex: '0 0 120px' }}>
        {title}
      </Typography.Text>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>{children}</div>
    </div>
  );
}

interface WordProps {
  value: string;
  reason?: string;
  isOut?: boolean;
  onClose?: (() => void) | undefined;
}

function Word({ value, reason, isOut = false, onClose }: WordProps) {
  const { texts } = useSpeech();
  return (
    <Tooltip title={reason}>
      <Tag
        style={{ marginInlineEnd: 0 }}
        closable={onClose && { 'aria-label': `${texts.nobodyTakeOut} ${value}` }}
        onClose={(event) => {
          event.preventDefault();
          onClose?.();
        }}
      >
        <Typography.Text delete={isOut}>{value}</Typography.Text>
      </Tag>
    </Tooltip>
  );
}

function Adding({ onAdd }: { onAdd: (word: NobodyWord) => void }) {
  const { texts } = useSpeech();
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const isWhole = value.trim() !== '' && reason.trim() !== '';
  const add = () => {
    onAdd({ value: value.trim(), reason: reason.trim() });
    setValue('');
    setReason('');
  };
  return (
    <Space.Compact size="small">
      <Input
        size="small"
        aria-label={texts.nobodyValue}
        placeholder={texts.nobodyValue}
        maxLength={64}
        value={value}
        onChange={({ target }) => setValue(target.value)}
      />
      <Input
        size="small"
        aria-label={texts.nobodyReason}
        placeholder={texts.nobodyReason}
        maxLength={255}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
        onPressEnter={() => isWhole && add()}
      />
      <Button size="small" disabled={!isWhole} onClick={add}>
        {texts.nobodyAdd}
      </Button>
    </Space.Compact>
  );
}
