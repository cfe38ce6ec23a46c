import { BOT_POLICIES, type RateLimit, type SourceSettings } from '@perennial/contract';
import { Form, InputNumber, Segmented, Select, Space, Switch, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { useSession } from '../../session.js';
import { SaveBar } from './save-bar.js';
import { useEditing } from './use-settings.js';

const FIRST_RATE: RateLimit = { events: 100, burst: 1_000 };

/** Who may send, how much, and what is made of robots and of what the request tells. */
export function SettingsTab({ id, settings }: { id: string; settings: SourceSettings }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const editing = useEditing(id, settings, ['origins', 'rate', 'bots', 'isEnriched']);
  const { draft, change } = editing;
  return (
    <Form layout="vertical" style={{ maxWidth: 720 }} disabled={!isAdmin}>
      <Form.Item label={texts.edgeOrigins} extra={texts.edgeOriginsHint} htmlFor="origins">
        <Select
          id="origins"
          mode="tags"
          open={false}
          suffixIcon={null}
          tokenSeparators={[',', '，', ' ', '\n']}
          placeholder="https://shop.example.com"
          value={draft.origins}
          onChange={(origins: string[]) => change({ origins: origins.map(asOrigin) })}
        />
      </Form.Item>
      <Form.Item label={texts.edgeRate} extra={texts.edgeRateHint}>
        <Rate rate={draft.rate} onChange={(rate) => change({ rate })} />
      </Form.Item>
      <Form.Item label={texts.edgeBots} extra={texts.edgeBotsHint}>
        <Segmented
          value={draft.bots}
          options={BOT_POLICIES.map((value) => ({ value, label: texts[`edgeBot_${value}`] }))}
          onChange={(bots) => change({ bots })}
        />
      </Form.Item>
      <Form.Item label={texts.edgeEnrich} extra={texts.edgeEnrichHint}>
        <Switch
          aria-label={texts.edgeEnrich}
          checked={draft.isEnriched}
          onChange={(isEnriched) => change({ isEnriched })}
        />
      </Form.Item>
      <SaveBar editing={editing} />
    </Form>
  );
}

/** What operators copy from the address bar: the origin is in it. A wildcard is no address and stays as it was written. */
function asOrigin(text: string): string {
  const plain = text.trim().toLowerCase();
  const whole = /^[a-z]+:\/\//.test(plain) ? plain : `https://${plain}`;
  return /^(https?:\/\/[^/?#]+)/.exec(whole)?.[1] ?? plain;
}

function Rate({ rate, onChange }: { rate: RateLimit | null; onChange: (rate: RateLimit | null) => void }) {
  const { texts } = useSpeech();
  return (
    <Space wrap>
      <Switch
        aria-label={texts.edgeRate}
        checked={rate !== null}
        onChange={(isLimited) => onChange(isLimited ? FIRST_RATE : null)}
      />
      {rate === null ? (
        <Typography.Text type="secondary">{texts.edgeRateOff}</Typography.Text>
      ) : (
        <>
          <InputNumber
            aria-label={texts.edgeRateEvents}
            prefix={texts.edgeRateEvents}
            style={{ width: 210 }}
            min={1}
            max={1e6}
            precision={0}
            value={rate.events}
            onChange={(events) => onChange({ events: events ?? 1, burst: Math.max(rate.burst, events ?? 1) })}
          />
          <InputNumber
            aria-label={texts.edgeRateBurst}
            prefix={texts.edgeRateBurst}
            style={{ width: 230 }}
            min={rate.events}
            max={1e7}
            precision={0}
            value={rate.burst}
            onChange={(burst) => onChange({ ...rate, burst: burst ?? rate.events })}
          />
        </>
      )}
    </Space>
  );
}
