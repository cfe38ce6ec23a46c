import type { DefinitionProblem, TagDefinition, TagDetail, TagPreview } from '@perennial/contract';
import { TAG_CATEGORIES, TAG_VALUE_TYPES } from '@perennial/contract';
import { useNavigate } from '@tanstack/react-router';
import { Alert, Button, Col, Input, Row, Select, Space, Statistic, Typography } from 'antd';
import { useState } from 'react';
import { api, ApiError } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import type { TextKey } from '../../i18n/zh.js';
import { both } from '../../parts/both.js';
import { useAct } from '../../parts/use-act.js';
import { useSession } from '../../session.js';
import { ComputationField } from './computation/computation-field.js';
import { usualType } from './computation/kinds.js';
import { ValuesField } from './computation/values-field.js';
import { DistributionChart } from './distribution.js';

const BLANK: TagDefinition = {
  key: '',
  title: { zh: '', en: '' },
  category: 'behaviour',
  valueType: 'number',
  computation: { kind: 'aggregate', event: { names: [] }, measure: 'count', window: { last: 30, unit: 'day' } },
  scenario: { zh: '', en: '' },
  owner: '',
  onUnmatched: 'empty',
  version: 0,
};

/** A new tag, beginning with a count of behaviour. */
export const NewTagPage = () => <TagEditor known={undefined} />;

/** A definition, what it would change, and its publishing. */
export function TagEditor({ known }: { known: TagDefinition | undefined }) {
  const { texts, language } = useSpeech();
  const { isAdmin } = useSession();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<TagDefinition>(known ?? BLANK);
  const [note, setNote] = useState('');
  const [problems, setProblems] = useState<DefinitionProblem[]>([]);
  const whole = { ...draft, version: draft.version + 1, owner: draft.owner || 'admin' };
  const refused = (error: unknown) => {
    const found = error instanceof ApiError ? error.problem.details?.['problems'] : undefined;
    setProblems(Array.isArray(found) ? (found as DefinitionProblem[]) : []);
  };
  const preview = useAct(() => api<TagPreview>('POST', '/tags/preview', { definition: whole }), { refresh: [] });
  const publish = useAct(
    () =>
      api<TagDetail>('PUT', `/tags/${draft.key}`, { definition: whole, expectedVersion: known?.version ?? 0, note }),
    { refresh: ['tags', 'tag'], done: texts.tagPublished },
  );
  const change = (next: Partial<TagDefinition>) => setDraft({ ...draft, ...next });
  return (
    <Row gutter={16}>
      <Col span={14}>
        <Space orientation="vertical" style={{ width: '100%' }}>
          <Space wrap>
            <Input
              addonBefore={texts.audKey}
              disabled={known !== undefined}
              value={draft.key}
              onChange={({ target }) => change({ key: target.value })}
            />
            <Input
              addonBefore={texts.title}
              value={draft.title[language]}
              onChange={({ target }) => change({ title: both(target.value, draft.title, language) })}
            />
            <Select
              value={draft.category}
              options={TAG_CATEGORIES.map((value) => ({ value, label: texts[`category_${value}` as TextKey] }))}
              onChange={(category) => change({ category })}
            />
            <Select
              style={{ width: 110 }}
              value={draft.valueType}
              options={TAG_VALUE_TYPES.map((value) => ({ value, label: texts[`valueType_${value}`] }))}
              onChange={(valueType) => change({ valueType })}
            />
          </Space>
          <Input
            addonBefore={texts.scenario}
            value={draft.scenario[language]}
            onChange={({ target }) => change({ scenario: both(target.value, draft.scenario, language) })}
          />
          <ComputationField definition={draft} onChange={(computation) => change(computed(draft, computation))} />
          {draft.valueType === 'enum' && (
            <ValuesField values={draft.values ?? []} onChange={(values) => change({ values })} />
          )}
          <Space>
            <Typography.Text type="secondary">{texts.tagOnUnmatched}</Typography.Text>
            <Select
              size="small"
              value={draft.onUnmatched}
              options={(['empty', 'keep'] as const).map((value) => ({ value, label: texts[`unmatched_${value}`] }))}
              onChange={(onUnmatched) => change({ onUnmatched })}
            />
          </Space>
          {problems.length > 0 && (
            <Alert type="warning" showIcon title={texts.tagProblems} description={<Problems problems={problems} />} />
          )}
          {isAdmin && (
            <Space>
              <Button
                loading={preview.isPending}
                onClick={() => (setProblems([]), preview.mutate(undefined, { onError: refused }))}
              >
                {texts.tagPreview}
              </Button>
              <Input placeholder={texts.tagNote} value={note} onChange={({ target }) => setNote(target.value)} />
              <Button
                type="primary"
                loading={publish.isPending}
                disabled={draft.key === ''}
                onClick={() =>
                  publish.mutate(undefined, {
                    onError: refused,
                    onSuccess: () => void navigate({ to: '/tags/$key', params: { key: draft.key } }),
                  })
                }
              >
                {texts.tagPublish}
              </Button>
            </Space>
          )}
        </Space>
      </Col>
      <Col span={10}>
        {preview.data ? (
          <Changes preview={preview.data} definition={draft} />
        ) : (
          <Typography.Text type="secondary">{texts.tagPreviewHint}</Typography.Text>
        )}
      </Col>
    </Row>
  );
}

/** Another kind of computation usually gives another type. */
const computed = (draft: TagDefinition, computation: TagDefinition['computation']): Partial<TagDefinition> =>
  usualType(computation) === usualType(draft.computation) && computation.kind === draft.computation.kind
    ? { computation }
    : { computation, valueType: usualType(computation) };

function Problems({ problems }: { problems: DefinitionProblem[] }) {
  const { say } = useSpeech();
  return (
    <>
      {problems.map(({ path, message }) => (
        <div key={path + message.en}>{`${path}：${say(message)}`}</div>
      ))}
    </>
  );
}

function Changes({ preview, definition }: { preview: TagPreview; definition: TagDefinition }) {
  const { texts } = useSpeech();
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space size={24}>
        <Statistic title={texts.tagGained} value={preview.gained} />
        <Statistic title={texts.tagLost} value={preview.lost} />
        <Statistic title={texts.tagChanged} value={preview.changed} />
        <Statistic title="ms" value={preview.ms} />
      </Space>
      <DistributionChart sides={[preview.before, preview.after]} definition={definition} />
    </Space>
  );
}
