import {
  PERSONAL_ACTIONS,
  PERSONAL_IDS,
  SCRUB_PATTERNS,
  type PersonalAction,
  type PersonalPolicy,
  type ScrubPattern,
} from '@perennial/contract';
import { Card, Form, Select, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';

interface Props {
  policy: PersonalPolicy;
  isFixed: boolean;
  onChange: (policy: PersonalPolicy) => void;
}

/** What core takes out of this source's events wherever it stands, before it writes them. */
export function PersonalCard({ policy, isFixed, onChange }: Props) {
  const { texts } = useSpeech();
  const act = (kind: ScrubPattern, action: PersonalAction) =>
    onChange({ ...policy, acts: { ...policy.acts, [kind]: action } });
  return (
    <Card size="small" title={texts.edgePersonal}>
      <Typography.Paragraph type="secondary">{texts.edgePersonalHint}</Typography.Paragraph>
      <Form layout="inline" style={{ rowGap: 12 }}>
        {SCRUB_PATTERNS.map((kind) => (
          <Form.Item key={kind} label={texts[`edgePattern_${kind}`]}>
            <Select
              aria-label={texts[`edgePattern_${kind}`]}
              disabled={isFixed}
              style={{ width: 120 }}
              value={policy.acts[kind]}
              options={PERSONAL_ACTIONS.map((value) => ({ value, label: texts[`edgeAction_${value}`] }))}
              onChange={(action) => act(kind, action)}
            />
          </Form.Item>
        ))}
        <Form.Item label={texts.edgePersonalIds} tooltip={texts.edgePersonalIdsHint}>
          <Select
            aria-label={texts.edgePersonalIds}
            disabled={isFixed}
            style={{ width: 220 }}
            value={policy.ids}
            options={PERSONAL_IDS.map((value) => ({ value, label: texts[`edgePersonalIds_${value}`] }))}
            onChange={(ids) => onChange({ ...policy, ids })}
          />
        </Form.Item>
      </Form>
    </Card>
  );
}
