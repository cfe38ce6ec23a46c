import type {
  DefinitionProblem,
  LifecycleDefinition,
  LifecycleDetail,
  LifecyclePreview,
  Stage,
} from '@perennial/contract';
import { PlusOutlined } from '@ant-design/icons';
import { Alert, App, Button, Checkbox, Col, Input, Progress, Row, Space, Typography } from 'antd';
import { useState } from 'react';
import { api, ApiError } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { useHistory } from '../../parts/rule-editor/use-history.js';
import { useAct } from '../../parts/use-act.js';
import { useSession } from '../../session.js';
import { PreviewPanel } from './preview.js';
import { freeKey } from './editor/named-rules.js';
import { StageEditor } from './editor/stage-editor.js';
import { useLifecycle } from './use-lifecycle.js';

/** The rules of a lifecycle, tried before they are put in force. */
export function DefinitionTab({ lifecycleKey }: { lifecycleKey: string }) {
  return (
    <Load query={useLifecycle(lifecycleKey)}>
      {(known) => (
        <>
          {known.run?.status === 'running' && (
            <Progress
              percent={known.run.total === 0 ? 0 : Math.floor((100 * known.run.done) / known.run.total)}
              status="active"
            />
          )}
          <LifecycleEditor
            key={known.definition.version}
            known={known.definition}
            expectedVersion={known.definition.version}
          />
        </>
      )}
    </Load>
  );
}

interface LifecycleEditorProps {
  known: LifecycleDefinition;
  /** 0 for one that is not in force yet. */
  expectedVersion: number;
}

export function LifecycleEditor({ known, expectedVersion }: LifecycleEditorProps) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const draft = useHistory(known);
  const [problems, setProblems] = useState<DefinitionProblem[]>([]);
  const definition = { ...draft.value, version: expectedVersion + 1 };
  const refused = (error: unknown) => {
    const found = error instanceof ApiError ? error.problem.details?.['problems'] : undefined;
    setProblems(Array.isArray(found) ? (found as DefinitionProblem[]) : []);
  };
  const preview = useAct(() => api<LifecyclePreview>('POST', '/lifecycles/preview', { definition }), { refresh: [] });
  const set = (stages: Stage[]) => draft.set({ ...draft.value, stages });
  const { stages } = draft.value;
  return (
    <Row gutter={16}>
      <Col span={13}>
        <Space orientation="vertical" style={{ width: '100%' }}>
          <Typography.Text type="secondary">{texts.lifeOrder}</Typography.Text>
          {stages.map((stage, i) => (
            <StageEditor
              key={stage.key}
              stage={stage}
              stages={stages}
              isInitial={stage.key === draft.value.initial}
              isFirst={i === 0}
              onChange={(next) => set(stages.with(i, next))}
              onUp={() => set(stages.with(i, stages[i - 1]!).with(i - 1, stage))}
              onRemove={() => set(stages.toSpliced(i, 1).map((one) => withoutWay(one, stage.key)))}
            />
          ))}
          <Button
            size="small"
            icon={<PlusOutlined />}
            onClick={() =>
              set([{ key: freeKey('stage', stages), title: { zh: '', en: '' }, when: { all: [] } }, ...stages])
            }
          >
            {texts.lifeAddStage}
          </Button>
          {problems.length > 0 && <Problems problems={problems} stages={stages} />}
          <Space wrap>
            <Button disabled={!draft.canUndo} onClick={draft.undo}>
              {texts.ruleUndo}
            </Button>
            <Button
              loading={preview.isPending}
              onClick={() => (setProblems([]), preview.mutate(undefined, { onError: refused }))}
            >
              {texts.tagPreview}
            </Button>
            {isAdmin && <Publish {...{ definition, known, expectedVersion }} onRefused={refused} />}
          </Space>
        </Space>
      </Col>
      <Col span={11}>
        {preview.data ? (
          <PreviewPanel preview={preview.data} lifecycle={definition} />
        ) : (
          <Typography.Text type="secondary">{texts.tagPreviewHint}</Typography.Text>
        )}
      </Col>
    </Row>
  );
}

/** No way leads to a stage that is gone. */
const withoutWay = ({ next, ...stage }: Stage, gone: string): Stage =>
  next ? { ...stage, next: next.filter((key) => key !== gone) } : stage;

interface PublishProps {
  definition: LifecycleDefinition;
  /** As it is in force, with the stages that would go. */
  known: LifecycleDefinition;
  expectedVersion: number;
  onRefused: (error: unknown) => void;
}

function Publish({ definition, known, expectedVersion, onRefused }: PublishProps) {
  const { texts, say } = useSpeech();
  const { modal } = App.useApp();
  const [note, setNote] = useState('');
  const [isTold, setTold] = useState(false);
  const publish = useAct(
    (letGo: string[]) =>
      api<LifecycleDetail>('PUT', `/lifecycles/${definition.key}`, {
        definition,
        expectedVersion,
        note,
        isTold,
        letGo,
      }),
    { refresh: ['lifecycle', 'lifecycles', 'tags'], done: texts.lifePublished },
  );
  /** Stages in which people stand are let go only when that is confirmed. */
  const onError = (error: unknown) => {
    const standing =
      error instanceof ApiError ? (error.problem.details?.['standing'] as Standing[] | undefined) : undefined;
    if (!standing) return onRefused(error);
    const titleOf = (key: string) => known.stages.find((stage) => stage.key === key)?.title;
    const told = ({ stage, people }: Standing) =>
      texts.lifeStanding.replace('{s}', say(titleOf(stage)) || stage).replace('{n}', people.toLocaleString());
    void modal.confirm({
      title: texts.lifeLetGo,
      content: [...standing.map(told), texts.lifeLetGoHow].map((line) => <div key={line}>{line}</div>),
      onOk: () => publish.mutateAsync(standing.map(({ stage }) => stage)),
    });
  };
  return (
    <>
      <Input
        style={{ width: 180 }}
        placeholder={texts.tagNote}
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
      <Checkbox checked={isTold} onChange={({ target }) => setTold(target.checked)}>
        {texts.lifeTold}
      </Checkbox>
      <Button type="primary" loading={publish.isPending} onClick={() => publish.mutate([], { onError })}>
        {texts.tagPublish}
      </Button>
    </>
  );
}

/** Who stands in a stage that would go. */
interface Standing {
  stage: string;
  people: number;
}

interface ProblemsProps {
  problems: DefinitionProblem[];
  stages: readonly Stage[];
}

function Problems({ problems, stages }: ProblemsProps) {
  const { texts, say } = useSpeech();
  /** `stages.2.when` in the operator's words. */
  const placeOf = (path: string) => {
    const [, index, part] = /^stages\.(\d+)(?:\.(\w+))?/.exec(path) ?? [];
    const stage = index === undefined ? undefined : stages[Number(index)];
    if (!stage) return path;
    const words: Record<string, string> = {
      when: texts.lifeWhen,
      stay: texts.lifeStay,
      guards: texts.lifeGuards,
      subStages: texts.lifeSubStages,
      next: texts.lifeNext,
    };
    return [say(stage.title), part && (words[part] ?? part)].filter(Boolean).join('·');
  };
  return (
    <Alert
      type="warning"
      showIcon
      title={texts.tagProblems}
      description={problems.map(({ path, message }) => (
        <div key={path + message.en}>{`${placeOf(path)}：${say(message)}`}</div>
      ))}
    />
  );
}
