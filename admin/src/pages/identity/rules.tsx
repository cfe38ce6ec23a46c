import type { IdentityRules, IdentityRun, RulesView } from '@perennial/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Modal, Progress, Space, Table, Tag, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { api, get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { Load } from '../../parts/load.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { useSession } from '../../session.js';
import { Hint, ReasonModal } from './parts.js';
import { NobodyWords } from './nobody.js';
import { KindRules, SourceRules } from './rules.tables.js';
import { changedRules } from './rules.diff.js';
import { TrialReport } from './trial.js';

export function RulesTab() {
  const rules = useQuery({ queryKey: ['rules'], queryFn: () => get<RulesView>('/identity/rules') });
  return <Load query={rules}>{(view) => <Editor key={view.version} view={view} />}</Load>;
}

/** Rules are changed in a draft, tried on history, and only then put in force. */
function Editor({ view }: { view: RulesView }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const [draft, setDraft] = useState<IdentityRules>(view.rules);
  const [tried, setTried] = useState<{ id: string; rules: string }>();
  const [isAsking, setAsking] = useState(false);
  const run = useRun(tried?.id);
  const plain = view.sources.map((source) => source.plain);
  const changed = changedRules(view.rules, draft, plain);
  const count = changed.kinds.length + changed.sources.length + changed.words.length;
  const isFresh = tried?.rules === JSON.stringify(draft);
  const start = useAct(() => api<IdentityRun>('POST', '/identity/trials', { rules: draft }), { refresh: [] });
  const apply = useAct(
    (note: string) => api<IdentityRun>('POST', '/identity/rules', { rules: draft, note, trialId: tried!.id }),
    { refresh: ['rules'], done: texts.inForceDone },
  );
  const isReadOnly = !isAdmin;
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Hint text="rulesIntro" />
      <RunningNow />
      <Card
        size="small"
        title={
          <Space>
            {texts.rulesInForce.replace('{n}', String(view.version))}
            <Tag color={count > 0 ? 'gold' : 'default'}>
              {count > 0 ? texts.changes.replace('{n}', String(count)) : texts.noChanges}
            </Tag>
          </Space>
        }
        extra={
          isAdmin && (
            <Space>
              <Button size="small" disabled={count === 0} onClick={() => setDraft(view.rules)}>
                {texts.resetRules}
              </Button>
              <Button
                size="small"
                loading={start.isPending || run?.status === 'running'}
                onClick={() =>
                  start.mutate(undefined, { onSuccess: ({ id }) => setTried({ id, rules: JSON.stringify(draft) }) })
                }
              >
                {texts.tryRules}
              </Button>
              <Button
                size="small"
                type="primary"
                disabled={count === 0 || run?.status !== 'done' || !isFresh}
                onClick={() => setAsking(true)}
              >
                {texts.putInForce}
              </Button>
            </Space>
          )
        }
      >
        <KindRules view={view} draft={draft} changed={changed.kinds} isReadOnly={isReadOnly} onChange={setDraft} />
        <SourceRules view={view} draft={draft} changed={changed.sources} isReadOnly={isReadOnly} onChange={setDraft} />
        <NobodyWords view={view} draft={draft} isReadOnly={isReadOnly} onChange={setDraft} />
      </Card>
      {run && (
        <Card size="small" title={texts.trialResult}>
          {!isFresh && <Alert type="warning" title={texts.trialStale} style={{ marginBottom: 12 }} />}
          <Run run={run} />
          {run.result && <TrialReport result={run.result} />}
        </Card>
      )}
      <Versions view={view} />
      <ReasonModal
        title={texts.putInForce}
        okText={texts.putInForce}
        isOpen={isAsking}
        isPending={apply.isPending}
        onOk={(note) => apply.mutate(note, { onSuccess: () => setAsking(false) })}
        onClose={() => setAsking(false)}
      />
    </Space>
  );
}

const POLL_MS = 1_000;

function useRun(id: string | undefined): IdentityRun | undefined {
  const run = useQuery({
    queryKey: ['run', id],
    queryFn: () => get<IdentityRun>(`/identity/runs/${id}`),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? POLL_MS : false),
  });
  return run.data;
}

/** Rules that are being applied, whoever began it. */
function RunningNow() {
  const client = useQueryClient();
  const runs = useQuery({
    queryKey: ['runs'],
    queryFn: () => get<{ items: IdentityRun[] }>('/identity/runs?limit=5'),
    refetchInterval: ({ state }) => (state.data?.items.some(({ status }) => status === 'running') ? POLL_MS : 15_000),
  });
  const applying = runs.data?.items.find(({ kind, status }) => kind === 'apply' && status !== 'done');
  const isRunning = applying?.status === 'running';
  useEffect(() => {
    if (!isRunning) void client.invalidateQueries({ queryKey: ['quality'] });
  }, [client, isRunning]);
  return applying && applying.status !== 'cancelled' ? <Run run={applying} /> : null;
}

function Run({ run }: { run: IdentityRun }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const cancel = useAct(() => api('POST', `/identity/runs/${run.id}/cancel`), { refresh: ['run', 'runs'] });
  if (run.status === 'failed')
    return <Alert type="error" title={texts.runFailed.replace('{reason}', run.error ?? '')} />;
  if (run.status !== 'running') return null;
  const percent = run.total === 0 ? 0 : Math.floor((run.done / run.total) * 100);
  return (
    <Space style={{ width: '100%' }}>
      <Typography.Text>{run.kind === 'trial' ? texts.trying : texts.applying}</Typography.Text>
      <Progress percent={percent} style={{ width: 320 }} />
      <Typography.Text type="secondary">{`${run.done.toLocaleString()} / ${run.total.toLocaleString()}`}</Typography.Text>
      {isAdmin && <LinkButton onClick={() => cancel.mutate(undefined)}>{texts.cancel}</LinkButton>}
    </Space>
  );
}

function Versions({ view }: { view: RulesView }) {
  const { texts } = useSpeech();
  const { modal } = App.useApp();
  const show = useAct((version: number) => get<IdentityRules>(`/identity/rules/${version}`), { refresh: [] });
  const open = (version: number) =>
    show.mutate(version, {
      onSuccess: (rules) =>
        void modal.info({
          title: texts.versionRules.replace('{n}', String(version)),
          width: 1080,
          content: (
            <>
              <KindRules
                view={view}
                draft={rules}
                changed={changedRules(view.rules, rules).kinds}
                isReadOnly
                onChange={() => Modal.destroyAll()}
              />
              <NobodyWords view={view} draft={rules} isReadOnly onChange={() => Modal.destroyAll()} />
            </>
          ),
        }),
    });
  return (
    <Card size="small" title={texts.versions}>
      <Table
        size="small"
        rowKey="version"
        pagination={false}
        dataSource={view.versions}
        columns={[
          { title: texts.version, width: 80, dataIndex: 'version' },
          { title: texts.time, width: 140, render: (_, { at }) => <When at={at} /> },
          { title: texts.by, width: 160, dataIndex: 'by' },
          { title: texts.noteLabel, dataIndex: 'note' },
          {
            width: 90,
            render: (_, { version }) => <LinkButton onClick={() => open(version)}>{texts.preview}</LinkButton>,
          },
        ]}
      />
    </Card>
  );
}
