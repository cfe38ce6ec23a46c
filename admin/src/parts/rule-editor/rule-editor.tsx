import type { Rule } from '@perennial/contract';
import { CopyOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Card, Dropdown, Segmented, Space, Switch, Tag, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { LeafField } from './leaf-field.js';
import {
  isGroup,
  kindOf,
  LEAF_KINDS,
  newLeaf,
  partsOf,
  placed,
  unwrap,
  withParts,
  wrap,
  type Group,
  type Leaf,
  type LeafKind,
} from './rules.js';
import { useWords } from './words.js';

interface RuleEditorProps {
  rule: Group;
  onChange: (rule: Group) => void;
  /** People whom each direct part holds alone, in order. */
  counts?: number[] | undefined;
  /** The conditions that may be added; all of them when absent. */
  kinds?: readonly LeafKind[];
}

/** A rule as a tree of groups and conditions; it edits the contract's JSON and nothing else. */
export function RuleEditor({ rule, onChange, counts, kinds = LEAF_KINDS }: RuleEditorProps) {
  const words = useWords();
  return <GroupCard group={rule} words={words} kinds={kinds} onChange={onChange} counts={counts} />;
}

type Words = ReturnType<typeof useWords>;

interface GroupProps {
  group: Group;
  words: Words;
  kinds: readonly LeafKind[];
  onChange: (group: Group) => void;
  counts?: number[] | undefined;
}

function GroupCard({ group, words, kinds, onChange, counts }: GroupProps) {
  const { texts } = useSpeech();
  const parts = partsOf(group);
  const lifecycle = words.stages[0]?.lifecycle ?? 'default';
  const add = (part: Rule) => onChange(withParts(group, [...parts, part]));
  return (
    <Card size="small" styles={{ body: { padding: 10 } }}>
      <Space orientation="vertical" size={8} style={{ width: '100%' }}>
        <Segmented
          size="small"
          value={'all' in group ? 'all' : 'any'}
          options={[
            { value: 'all', label: texts.ruleAll },
            { value: 'any', label: texts.ruleAny },
          ]}
          onChange={(how) => onChange(how === 'all' ? { all: parts } : { any: parts })}
        />
        {parts.length === 0 && <Typography.Text type="secondary">{texts.ruleEmptyGroup}</Typography.Text>}
        {placed(parts).map(({ item: part, i, id }) => (
          <Part
            key={id}
            rule={part}
            words={words}
            kinds={kinds}
            count={counts?.[i]}
            onChange={(next) => onChange(withParts(group, parts.with(i, next)))}
            onCopy={() => onChange(withParts(group, parts.toSpliced(i, 0, structuredClone(part))))}
            onRemove={() => onChange(withParts(group, parts.toSpliced(i, 1)))}
          />
        ))}
        <Space>
          <Dropdown
            menu={{
              items: kinds.map((kind) => ({ key: kind, label: texts[`leaf_${kind}`] })),
              onClick: ({ key }) => add(newLeaf(key as LeafKind, lifecycle)),
            }}
          >
            <Button size="small" icon={<PlusOutlined />}>
              {texts.ruleAdd}
            </Button>
          </Dropdown>
          <Button size="small" type="text" onClick={() => add({ any: [] })}>
            {texts.ruleAddGroup}
          </Button>
        </Space>
      </Space>
    </Card>
  );
}

interface PartProps {
  rule: Rule;
  words: Words;
  kinds: readonly LeafKind[];
  count: number | undefined;
  onChange: (rule: Rule) => void;
  onCopy: () => void;
  onRemove: () => void;
}

function Part({ rule, words, kinds, count, onChange, onCopy, onRemove }: PartProps) {
  const { texts } = useSpeech();
  const { inner, isNot } = unwrap(rule);
  return (
    <div style={{ display: 'flex', gap: 8, alignItems: 'flex-start' }}>
      <Switch
        size="small"
        style={{ marginTop: 4 }}
        checked={isNot}
        checkedChildren={texts.ruleNot}
        unCheckedChildren={texts.ruleNot}
        aria-label={texts.ruleNot}
        onChange={(next) => onChange(wrap(inner, next))}
      />
      <div style={{ flex: 1, minWidth: 0 }}>
        {isGroup(inner) ? (
          <GroupCard group={inner} words={words} kinds={kinds} onChange={(next) => onChange(wrap(next, isNot))} />
        ) : (
          <Space wrap size={4}>
            <Tag>{texts[`leaf_${kindOf(inner)}`]}</Tag>
            <LeafField leaf={inner} words={words} onChange={(next: Leaf) => onChange(wrap(next, isNot))} />
          </Space>
        )}
      </div>
      {count !== undefined && <Typography.Text type="secondary">{count.toLocaleString()}</Typography.Text>}
      <Button size="small" type="text" aria-label={texts.ruleCopy} icon={<CopyOutlined />} onClick={onCopy} />
      <Button size="small" type="text" aria-label={texts.ruleRemove} icon={<DeleteOutlined />} onClick={onRemove} />
    </div>
  );
}
