import type { SourceSettings, SourceView } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { Button, Card, Result, Space, Tabs, Tag, Typography } from 'antd';
import { get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { Load } from '../../parts/load.js';
import { When } from '../../parts/when.js';
import { FindingsTab } from './findings-tab.js';
import { KeysTab } from './keys-tab.js';
import { PlanTab } from './plan-tab.js';
import { ScrubTab } from './scrub-tab.js';
import { SettingsTab } from './settings-tab.js';
import { useSettings } from './use-settings.js';

/** One source: its keys, and what collectors do with what it sends. */
export function SourcePage() {
  const { texts } = useSpeech();
  const { id } = useParams({ from: '/sources/$id' });
  const navigate = useNavigate();
  const sources = useQuery({ queryKey: ['sources'], queryFn: () => get<SourceView[]>('/sources') });
  const back = () => void navigate({ to: '/sources' });
  return (
    <Load query={sources}>
      {(list) => {
        const source = list.find((one) => one.id === id);
        return source ? (
          <Known key={id} source={source} onBack={back} />
        ) : (
          <Result status="404" title={texts.SOURCE_ABSENT} extra={<Button onClick={back}>{texts.edgeBack}</Button>} />
        );
      }}
    </Load>
  );
}

function Known({ source, onBack }: { source: SourceView; onBack: () => void }) {
  const { texts } = useSpeech();
  const settings = useSettings(source.id);
  return (
    <Card
      size="small"
      title={
        <Space>
          {source.title}
          <Tag>{source.kind}</Tag>
          <Typography.Text type="secondary">
            {texts.events} {source.events.toLocaleString()} · {texts.lastEvent} <When at={source.lastAt} />
          </Typography.Text>
        </Space>
      }
      extra={
        <Button size="small" onClick={onBack}>
          {texts.edgeBack}
        </Button>
      }
    >
      <Load query={settings}>{(known) => <Rooms source={source} settings={known} />}</Load>
    </Card>
  );
}

function Rooms({ source, settings }: { source: SourceView; settings: SourceSettings }) {
  const { texts } = useSpeech();
  const { id } = source;
  const { hash } = useLocation();
  const navigate = useNavigate();
  return (
    <>
      <Typography.Text type="secondary">
        {settings.revision === 0
          ? texts.edgeNeverSet
          : texts.edgeRevision
              .replace('{n}', String(settings.revision))
              .replace('{who}', settings.updatedBy ?? '–')}{' '}
        {settings.updatedAt !== undefined && <When at={settings.updatedAt} isExact />}
      </Typography.Text>
      <Tabs
        // The tab stands in the address: it can be sent to somebody, and stays when the page is loaded anew.
        activeKey={hash || 'keys'}
        onChange={(key) => void navigate({ to: '/sources/$id', params: { id }, hash: key, replace: true })}
        items={[
          { key: 'keys', label: texts.edgeKeys, children: <KeysTab source={source} /> },
          { key: 'settings', label: texts.edgeSettings, children: <SettingsTab id={id} settings={settings} /> },
          { key: 'plan', label: texts.edgePlan, children: <PlanTab id={id} settings={settings} /> },
          { key: 'scrub', label: texts.edgeScrub, children: <ScrubTab id={id} settings={settings} /> },
          {
            key: 'findings',
            label: texts.edgeFindings,
            children: <FindingsTab id={id} mode={settings.plan.mode} />,
          },
        ]}
      />
    </>
  );
}
