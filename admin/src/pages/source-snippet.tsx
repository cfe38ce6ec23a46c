import { trackerSnippet } from '@perennial/contract';
import { Checkbox, Form, Input, Select, Typography } from 'antd';
import { useState } from 'react';
import { useSpeech } from '../i18n/language.js';

const CAPTURES = ['clicks', 'forms', 'engagement'] as const;
type Capture = (typeof CAPTURES)[number];

/** Core cannot know by which name visitors reach the collector; a first try beside the admin is right on one machine. */
const guess = (): string => `${location.protocol}//${location.hostname}:3001`;

/** What to copy into a page, with the few choices that most sites make. Only what differs from the defaults is written. */
export function SourceSnippet({ writeKey }: { writeKey: string }) {
  const { texts } = useSpeech();
  const [endpoint, setEndpoint] = useState(guess);
  const [consentMode, setConsentMode] = useState('opt-out');
  const [captures, setCaptures] = useState<Capture[]>([]);
  const isAddress = /^https?:\/\/./.test(endpoint) && URL.canParse(endpoint);
  const snippet = trackerSnippet({
    endpoint,
    writeKey,
    ...(consentMode !== 'opt-out' && { consentMode }),
    ...Object.fromEntries(captures.map((capture) => [capture, true])),
  });
  return (
    <Form layout="vertical" size="small">
      <Typography.Title level={5}>{texts.snippet}</Typography.Title>
      <Form.Item
        label={texts.snippetEndpoint}
        htmlFor="snippet-endpoint"
        validateStatus={isAddress ? '' : 'error'}
        help={isAddress ? texts.snippetEndpointHint : texts.snippetEndpointWrong}
      >
        <Input id="snippet-endpoint" value={endpoint} onChange={({ target }) => setEndpoint(target.value.trim())} />
      </Form.Item>
      <Form.Item label={texts.snippetConsent}>
        <Select
          value={consentMode}
          onChange={setConsentMode}
          options={[
            { value: 'opt-out', label: texts.snippetOptOut },
            { value: 'opt-in', label: texts.snippetOptIn },
            { value: 'no-storage', label: texts.snippetNoStorage },
          ]}
        />
      </Form.Item>
      <Form.Item label={texts.snippetCapture}>
        <Checkbox.Group<Capture>
          value={captures}
          onChange={setCaptures}
          options={[
            { value: 'clicks', label: texts.snippetClicks },
            { value: 'forms', label: texts.snippetForms },
            { value: 'engagement', label: texts.snippetEngagement },
          ]}
        />
      </Form.Item>
      {isAddress && (
        <Typography.Paragraph copyable={{ text: snippet }}>
          <pre style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>{snippet}</pre>
        </Typography.Paragraph>
      )}
      <Typography.Text type="secondary">{texts.snippetPlace}</Typography.Text>
    </Form>
  );
}
