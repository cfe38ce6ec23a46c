import type { AssignmentRuleView, Condition, DefinitionProblem, ShopFrom } from '@perennial/contract';
import { ASSIGNMENT_STRATEGIES } from '@perennial/contract';
import { Alert, Form, Input, InputNumber, Modal, Radio, Space, Switch, Typography } from 'antd';
import { useState } from 'react';
import { api, ApiError } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { RuleEditor } from '../../parts/rule-editor/rule-editor.js';
import { groupOf, isComplete, partsOf, type Group } from '../../parts/rule-editor/rules.js';
import { useAct } from '../../parts/use-act.js';
import { CauseFields } from '../cause-fields.js';
import { fromCause, toCause, type CauseValues } from '../trigger-cause.js';
import { ShopFromField } from './shop-from-field.js';

interface Values extends CauseValues {
  title: string;
  strategy: AssignmentRuleView['strategy'];
  shopFrom?: ShopFrom;
  fallback: AssignmentRuleView['fallback'];
  slaMinutes: number;
  maxHops: number;
  withdraws: boolean;
}

/** What a state document alone answers; behaviour is asked through a tag. */
const KINDS = ['tag', 'trait', 'stage'] as const;
const REQUIRED = [{ required: true }];

interface RuleModalProps {
  known: AssignmentRuleView | undefined;
  onClose: () => void;
}

export function AssignmentRuleModal({ known, onClose }: RuleModalProps) {
  const { texts } = useSpeech();
  const [form] = Form.useForm<Values>();
  const [when, setWhen] = useState<Group | undefined>(known?.when && groupOf(known.when));
  const [problems, setProblems] = useState<DefinitionProblem[]>([]);
  const on = Form.useWatch('on', form) ?? known?.cause.on ?? 'stage.moved';
  const save = useAct((values: Values) => send(known?.id, values, when), {
    refresh: ['assignment-rules', 'assignments'],
    done: texts.saved,
  });
  const isWhenReady = !when || partsOf(when).length === 0 || isComplete(when);
  return (
    <Modal
      open
      width={760}
      style={{ top: 40 }}
      styles={{ body: { maxHeight: 'calc(100vh - 200px)', overflow: 'hidden auto', paddingInlineEnd: 8 } }}
      title={texts.conRules}
      okText={texts.save}
      okButtonProps={{ disabled: !isWhenReady }}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        style={{ marginTop: 12 }}
        initialValues={valuesOf(known)}
        onFinish={(values) =>
          save.mutate(values, { onSuccess: onClose, onError: (error) => setProblems(problemsOf(error)) })
        }
      >
        <Problems problems={problems} />
        <Form.Item name="title" label={texts.title} rules={[{ required: true, max: 255 }]}>
          <Input autoFocus />
        </Form.Item>
        <CauseFields on={on} />
        <Form.Item label={texts.conOnlyIf} extra={texts.conOnlyIfHint}>
          <Switch
            aria-label={texts.conOnlyIf}
            checked={when !== undefined}
            style={when ? { marginBottom: 8 } : {}}
            onChange={(isOn) => setWhen(isOn ? { all: [] } : undefined)}
          />
          {when && <RuleEditor kinds={KINDS} rule={when} onChange={setWhen} />}
        </Form.Item>
        <HowFields known={known} />
        {on !== 'event.applied' && (
          <Form.Item name="withdraws" valuePropName="checked" label={texts.conWithdraws}>
            <Switch />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}

function HowFields({ known }: { known: AssignmentRuleView | undefined }) {
  const { texts } = useSpeech();
  const strategy = Form.useWatch<Values['strategy'] | undefined>('strategy') ?? known?.strategy ?? 'round-robin';
  const named = (value: Values['strategy']) => texts[`conStrategy_${value.replace('-', '_') as 'by_shop'}`];
  return (
    <>
      <Form.Item name="strategy" label={texts.conStrategy}>
        <Radio.Group
          optionType="button"
          options={ASSIGNMENT_STRATEGIES.map((value) => ({ value, label: named(value) }))}
        />
      </Form.Item>
      {strategy === 'by-shop' && (
        <Space size={24} align="start">
          <Form.Item name="shopFrom" label={texts.conShopFrom} rules={REQUIRED}>
            <ShopFromField />
          </Form.Item>
          <Form.Item name="fallback" label={texts.conFallback}>
            <Radio.Group
              options={(['anyone', 'wait'] as const).map((value) => ({ value, label: texts[`conFallback_${value}`] }))}
            />
          </Form.Item>
        </Space>
      )}
      <Space size={24} align="start">
        <Form.Item name="slaMinutes" label={texts.conSla} rules={REQUIRED}>
          <InputNumber min={1} max={43_200} precision={0} style={{ width: 160 }} />
        </Form.Item>
        <Form.Item name="maxHops" label={texts.conMaxHops} rules={REQUIRED} extra={texts.conMaxHopsHint}>
          <InputNumber min={0} max={20} precision={0} style={{ width: 160 }} />
        </Form.Item>
      </Space>
    </>
  );
}

function Problems({ problems }: { problems: DefinitionProblem[] }) {
  const { say } = useSpeech();
  if (problems.length === 0) return null;
  const list = problems.map(({ path, message }) => <div key={path}>{say(message)}</div>);
  return (
    <Alert type="warning" showIcon title={<Typography.Text>{list}</Typography.Text>} style={{ marginBottom: 12 }} />
  );
}

function send(id: string | undefined, values: Values, when: Group | undefined) {
  const { title, strategy, shopFrom, fallback, slaMinutes, maxHops, withdraws } = values;
  const isByShop = strategy === 'by-shop';
  const body = {
    title,
    cause: toCause(values),
    strategy,
    fallback,
    slaMinutes,
    maxHops,
    withdraws: values.on !== 'event.applied' && withdraws,
    shopFrom: isByShop ? (shopFrom ?? null) : null,
    when: when && partsOf(when).length > 0 ? (when as Condition) : null,
  };
  return id ? api('PATCH', `/assignment-rules/${id}`, body) : api('POST', '/assignment-rules', withoutNulls(body));
}

const withoutNulls = (body: object): object =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));

const problemsOf = (error: unknown): DefinitionProblem[] => {
  const found = error instanceof ApiError ? error.problem.details?.['problems'] : undefined;
  return Array.isArray(found) ? (found as DefinitionProblem[]) : [];
};

const valuesOf = (known: AssignmentRuleView | undefined): Partial<Values> => ({
  strategy: 'round-robin',
  fallback: 'anyone',
  slaMinutes: 30,
  maxHops: 2,
  withdraws: false,
  ...known,
  ...(known ? fromCause(known.cause) : { on: 'stage.moved' }),
});
