import type { AudienceDefinition, AudienceDetail } from '@perennial/contract';
import { RedoOutlined, UndoOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Card, Col, Form, Input, InputNumber, Row, Select, Space } from 'antd';
import { api } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { RuleEditor } from '../../parts/rule-editor/rule-editor.js';
import { groupOf, isComplete, type Group } from '../../parts/rule-editor/rules.js';
import { useHistory } from '../../parts/rule-editor/use-history.js';
import { useAct } from '../../parts/use-act.js';
import { PreviewPanel } from './preview-panel.js';
import { usePreview } from './use-preview.js';

interface Values {
  key: string;
  title: string;
  scenario: string;
  kind: AudienceDefinition['kind'];
  everyMinutes: number;
}

/** A new audience from an empty rule. */
export const NewAudiencePage = () => <AudienceBuilder known={undefined} />;

/** The rule at the left, who it holds at the right, counted while it is edited. */
export function AudienceBuilder({ known }: { known: AudienceDetail | undefined }) {
  const { texts, language } = useSpeech();
  const navigate = useNavigate();
  const history = useHistory<Group>(known ? groupOf(known.rule) : { all: [] });
  const preview = usePreview(history.value);
  const [form] = Form.useForm<Values>();
  const save = useAct(
    (values: Values) => {
      const both = (text: string, before: AudienceDefinition['title'] | undefined) =>
        before?.[language] === text ? before : { zh: text, en: text };
      const definition = {
        key: values.key,
        title: both(values.title, known?.title),
        scenario: both(values.scenario, known?.scenario),
        kind: values.kind,
        everyMinutes: values.everyMinutes,
        rule: history.value,
      };
      return api<AudienceDetail>('PUT', `/audiences/${values.key}`, {
        definition,
        expectedVersion: known?.version ?? 0,
      });
    },
    { refresh: ['audiences', 'audience'], done: texts.audSaved },
  );
  const onFinish = (values: Values) =>
    save.mutate(values, { onSuccess: ({ key }) => void navigate({ to: '/audiences/$key', params: { key } }) });
  return (
    <Row gutter={16}>
      <Col span={16}>
        <Card
          size="small"
          title={texts.audRule}
          extra={
            <Space>
              <Button
                size="small"
                icon={<UndoOutlined />}
                disabled={!history.canUndo}
                aria-label={texts.ruleUndo}
                onClick={history.undo}
              />
              <Button
                size="small"
                icon={<RedoOutlined />}
                disabled={!history.canRedo}
                aria-label={texts.ruleRedo}
                onClick={history.redo}
              />
            </Space>
          }
        >
          <RuleEditor rule={history.value} onChange={history.set} counts={preview.answer?.parts} />
        </Card>
      </Col>
      <Col span={8}>
        <Space orientation="vertical" size={16} style={{ width: '100%' }}>
          <PreviewPanel preview={preview} />
          <Card size="small" title={texts.save}>
            <Form<Values>
              form={form}
              layout="vertical"
              onFinish={onFinish}
              initialValues={{
                key: known?.key,
                title: known?.title[language],
                scenario: known?.scenario[language],
                kind: known?.kind ?? 'dynamic',
                everyMinutes: known?.everyMinutes ?? 1_440,
              }}
            >
              <Form.Item name="title" label={texts.title} rules={[{ required: true }]}>
                <Input />
              </Form.Item>
              <Form.Item
                name="key"
                label={texts.audKey}
                extra={known ? undefined : texts.audKeyHint}
                rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9_.-]*$/, message: texts.audKeyHint }]}
              >
                <Input disabled={known !== undefined} />
              </Form.Item>
              <Form.Item
                name="scenario"
                label={texts.audScenario}
                rules={[{ required: true, message: texts.audScenarioMissing }]}
              >
                <Input />
              </Form.Item>
              <Space>
                <Form.Item name="kind" label={texts.audKind}>
                  <Select
                    style={{ width: 120 }}
                    options={[
                      { value: 'dynamic', label: texts.audDynamic },
                      { value: 'static', label: texts.audStatic },
                    ]}
                  />
                </Form.Item>
                <Form.Item name="everyMinutes" label={texts.audEvery}>
                  <InputNumber min={5} max={10_080} />
                </Form.Item>
              </Space>
              <Button type="primary" htmlType="submit" disabled={!isComplete(history.value)} loading={save.isPending}>
                {texts.save}
              </Button>
            </Form>
          </Card>
        </Space>
      </Col>
    </Row>
  );
}
