import type { PlaceView, StageReason } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Popover, Skeleton, Space, Typography } from 'antd';
import { useState } from 'react';
import { get } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { Facts } from '../parts/facts.js';
import { placed } from '../parts/rule-editor/rules.js';
import { useErrorText } from '../parts/load.js';
import { TraceTree } from '../parts/trace-tree.js';
import { StagePlace } from './profiles.js';

/** The stage where somebody stands; a click says why, and when that may change. */
export function StageWithReason({ profile, place }: { profile: string; place: PlaceView }) {
  const { texts, say } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover
      trigger="click"
      open={isOpen}
      onOpenChange={setOpen}
      title={texts.stageWhy.replace('{s}', say(place.lifecycleTitle))}
      content={isOpen && <Reason profile={profile} lifecycle={place.lifecycle} />}
    >
      <Button type="text" aria-expanded={isOpen} style={{ padding: 0, height: 'auto' }}>
        <StagePlace place={place} />
      </Button>
    </Popover>
  );
}

function Reason({ profile, lifecycle }: { profile: string; lifecycle: string }) {
  const { texts, say, language } = useSpeech();
  const sayError = useErrorText();
  const why = useQuery({
    queryKey: ['stage-why', lifecycle, profile],
    queryFn: () => get<StageReason>(`/lifecycles/${lifecycle}/why/${encodeURIComponent(profile)}`),
  });
  if (why.error) return <Typography.Text type="warning">{sayError(why.error)}</Typography.Text>;
  if (!why.data) return <Skeleton active style={{ width: 360 }} paragraph={{ rows: 3 }} />;
  const { came, since, due, trace } = why.data;
  const shown = (at: number) => new Date(at).toLocaleString(language === 'zh' ? 'zh-CN' : 'en', { hour12: false });
  const rows: [string, string][] = [
    [texts.stageSince, shown(since)],
    ...(came ? [[texts.evidence, `${say(came.text)} · ${shown(came.at)}`] as [string, string]] : []),
    ...(due === undefined ? [] : [[texts.stageDue, shown(due)] as [string, string]]),
  ];
  return (
    <Space orientation="vertical" style={{ maxWidth: 560, maxHeight: 420, overflow: 'auto' }}>
      <Facts rows={rows} />
      {placed(trace).map(({ item, id }) => (
        <TraceTree key={id} trace={item} />
      ))}
    </Space>
  );
}
