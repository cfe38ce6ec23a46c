import type { AssignmentRuleView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Empty, Flex, Popconfirm, Space, Switch, Table, Typography } from 'antd';
import { useState } from 'react';
import { api, get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { Load } from '../../parts/load.js';
import { useAct } from '../../parts/use-act.js';
import { useSession } from '../../session.js';
import { CauseText } from '../cause-text.js';
import { TOUCHED } from './touched.js';
import { AssignmentRuleModal } from './rule-form.js';

/** When somebody is assigned, to whom, and how soon she is to be contacted. */
export function AssignmentRules() {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const rules = useQuery({
    queryKey: ['assignment-rules'],
    queryFn: () => get<AssignmentRuleView[]>('/assignment-rules'),
  });
  const [editing, setEditing] = useState<AssignmentRuleView | 'new'>();
  return (
    <Space orientation="vertical" size={12} style={{ width: '100%' }}>
      {isAdmin && (
        <Flex justify="end">
          <Button type="primary" onClick={() => setEditing('new')}>
            {texts.create}
          </Button>
        </Flex>
      )}
      <Load query={rules}>{(list) => <RuleTable list={list} onEdit={setEditing} />}</Load>
      {editing && (
        <AssignmentRuleModal known={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
      )}
    </Space>
  );
}

function RuleTable({ list, onEdit }: { list: AssignmentRuleView[]; onEdit: (rule: AssignmentRuleView) => void }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const refresh = ['assignment-rules', ...TOUCHED];
  const enable = useAct(
    ({ id, isEnabled }: Pick<AssignmentRuleView, 'id' | 'isEnabled'>) =>
      api('PATCH', `/assignment-rules/${id}`, { isEnabled }),
    { refresh },
  );
  const remove = useAct((id: string) => api('DELETE', `/assignment-rules/${id}`), { refresh });
  return (
    <Table<AssignmentRuleView>
      size="small"
      rowKey="id"
      pagination={false}
      dataSource={list}
      locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.conEmptyRules} /> }}
      columns={[
        { title: texts.title, dataIndex: 'title' },
        { title: texts.when, render: (_, rule) => <When rule={rule} /> },
        { title: texts.conStrategy, render: (_, rule) => <How rule={rule} /> },
        { title: texts.conOpenCount, dataIndex: 'open', width: 90, align: 'right' },
        {
          title: texts.enabled,
          width: 80,
          render: (_, { id, title, isEnabled }) => (
            <Switch
              size="small"
              aria-label={`${texts.enabled} ${title}`}
              disabled={!isAdmin}
              checked={isEnabled}
              onChange={(next) => enable.mutate({ id, isEnabled: next })}
            />
          ),
        },
        {
          width: 120,
          render: (_, rule) =>
            isAdmin && (
              <Space>
                <LinkButton onClick={() => onEdit(rule)}>{texts.edit}</LinkButton>
                <Popconfirm
                  title={texts.confirmRemove}
                  description={texts.conRemoveRule}
                  onConfirm={() => remove.mutate(rule.id)}
                >
                  <LinkButton danger>{texts.remove}</LinkButton>
                </Popconfirm>
              </Space>
            ),
        },
      ]}
    />
  );
}

function When({ rule }: { rule: AssignmentRuleView }) {
  const { texts } = useSpeech();
  return (
    <>
      <CauseText cause={rule.cause} />
      {rule.when && <Typography.Text type="secondary">{` · ${texts.conOnlyIf}`}</Typography.Text>}
    </>
  );
}

function How({ rule: { strategy, slaMinutes, fallback } }: { rule: AssignmentRuleView }) {
  const { texts } = useSpeech();
  const within = texts.conWithin.replace('{n}', texts.conMinutes.replace('{n}', String(slaMinutes)));
  const named = texts[`conStrategy_${strategy.replace('-', '_') as 'by_shop'}`];
  const shop = strategy === 'by-shop' ? ` (${texts[`conFallback_${fallback}`]})` : '';
  return (
    <>
      {named}
      <Typography.Text type="secondary">{`${shop} · ${within}`}</Typography.Text>
    </>
  );
}
