import { trackerSnippet, type CollectorPlace } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Checkbox, Form, Input, Select, Typography } from 'antd';
import { useState } from 'react';
import { get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { Load } from '../parts/load.js';
import { curlCode, miniCode } from './sources/code.js';

const CAPTURES = ['clicks', 'forms', 'engagement'] as const;
type Capture = (typeof CAPTURES)[number];

interface Shown {
  kind: string;
  writeKey: string;
}

/** Core knows by which name visitors reach the collector where it was told; beside the admin is right on one machine. */
const addressOf = ({ url, port }: CollectorPlace): string =>
  url ?? `${location.protocol}//${location.hostname}:${port}`;

/** What to copy into a page, a mini program or a server. */
export function SourceSnippet(shown: Shown) {
  const place = useQuery({ queryKey: ['collector'], queryFn: () => get<CollectorPlace>('/sources/collector') });
  return <Load query={place}>{(known) => <ForPlace {...shown} address={addressOf(known)} />}</Load>;
}

function ForPlace({ kind, writeKey, address }: Shown & { address: string }) {
  const { texts } = useSpeech();
  const [endpoint, setEndpoint] = useState(address);
  const isAddress = /^https?:\/\/./.test(endpoint) && URL.canParse(endpoint);
  const Code = kind === 'web' ? PageCode : kind === 'miniprogram' ? MiniCode : ServerCode;
  return (
    <Form layout="vertical" size="small">
      <Form.Item
        label={texts.snippetEndpoint}
        htmlFor="snippet-endpoint"
        validateStatus={isAddress ? '' : 'error'}
        help={isAddress ? texts.snippetEndpointHint : texts.snippetEndpointWrong}
      >
        <Input id="snippet-endpoint" value={endpoint} onChange={({ target }) => setEndpoint(target.value.trim())} />
      </Form.Item>
      <Code endpoint={isAddress ? endpoint : undefined} writeKey={writeKey} />
    </Form>
  );
}

interface Told {
  /** Absent while the address that was typed is none. */
  endpoint: string | undefined;
  writeKey: string;
}

function MiniCode({ endpoint, writeKey }: Told) {
  const { texts } = useSpeech();
  const text = endpoint && miniCode({ endpoint, writeKey });
  return <Copied title={texts.snippetMini} text={text} place={texts.snippetMiniPlace} />;
}

function ServerCode({ endpoint, writeKey }: Told) {
  const { texts } = useSpeech();
  const text = endpoint && curlCode({ endpoint, writeKey });
  return <Copied title={texts.snippetServer} text={text} place={texts.snippetServerPlace} />;
}

/** With the few choices that most sites make. Only what differs from the defaults is written. */
function PageCode({ endpoint, writeKey }: Told) {
  const { texts } = useSpeech();
  const [consentMode, setConsentMode] = useState('opt-out');
  const [captures, setCaptures] = useState<Capture[]>([]);
  const more = {
    ...(consentMode !== 'opt-out' && { consentMode }),
    ...Object.fromEntries(captures.map((capture) => [capture, true])),
  };
  const text = endpoint && trackerSnippet({ endpoint, writeKey, ...more });
  return (
    <>
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
      <Copied title={texts.snippet} text={text} place={texts.snippetPlace} />
    </>
  );
}

function Copied({ title, text, place }: { title: string; text: string | undefined; place: string }) {
  return (
    <>
      <Typography.Title level={5}>{title}</Typography.Title>
      {text && (
        <Typography.Paragraph copyable={{ text }}>
          <pre style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>{text}</pre>
        </Typography.Paragraph>
      )}
      <Typography.Text type="secondary">{place}</Typography.Text>
    </>
  );
}
