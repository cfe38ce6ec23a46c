import type { Json, TagView, Trace } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Card, Empty, Popover, Skeleton, Space, Tag, Typography } from 'antd';
import { useState } from 'react';
import { get } from '../api/client.js';
import { useSpeech, type Language } from '../i18n/language.js';
import type { TextKey } from '../i18n/zh.js';
import { Facts, HINTS } from '../parts/facts.js';
import { LinkButton } from '../parts/link-button.js';
import { useErrorText } from '../parts/load.js';
import { TraceTree } from '../parts/trace-tree.js';
import { useSession } from '../session.js';
import { ManualTag } from './profile-manual-tag.js';

/** The tags that somebody has, by category; each says since when, by what, and why. */
export function ProfileTags({ id, tags }: { id: string; tags: TagView[] }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const categories = [...new Set(tags.map(({ category }) => category))];
  return (
    <Card size="small" title={texts.tags} extra={isAdmin && <ManualTag profile={id} />}>
      {tags.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noTags} />}
      {categories.map((category) => (
        <div key={category} style={{ marginBottom: 10 }}>
          <Typography.Text type="secondary">{texts[`category_${category}` as TextKey]}</Typography.Text>
          <div>
            {tags
              .filter((tag) => tag.category === category)
              .map((tag) => (
                <OneTag key={tag.key} profile={id} tag={tag} />
              ))}
          </div>
        </div>
      ))}
    </Card>
  );
}

function OneTag({ profile, tag }: { profile: string; tag: TagView }) {
  const { texts, say, language } = useSpeech();
  const rows: [string, string][] = [
    [texts.scenario, say(tag.scenario)],
    [texts.version, String(tag.definitionVersion)],
    [texts.computedAt, new Date(tag.at).toLocaleString()],
    [texts.evidence, tag.evidence],
  ];
  return (
    <Popover
      trigger={HINTS}
      title={say(tag.title)}
      content={
        <Space orientation="vertical">
          <Facts rows={rows} />
          <Why profile={profile} tag={tag.key} />
        </Space>
      }
    >
      <Tag tabIndex={0} style={{ margin: 3, cursor: 'help' }}>
        {`${say(tag.title)}: ${tag.valueTitle ? say(tag.valueTitle) : shown(tag, language)}`}
      </Tag>
    </Popover>
  );
}

/** The whole trace, looked up when somebody asks. */
function Why({ profile, tag }: { profile: string; tag: string }) {
  const { texts } = useSpeech();
  const sayError = useErrorText();
  const [isAsked, setAsked] = useState(false);
  const why = useQuery({
    queryKey: ['tag-why', tag, profile],
    queryFn: () => get<Trace>(`/tags/${tag}/why/${encodeURIComponent(profile)}`),
    enabled: isAsked,
  });
  if (!isAsked) return <LinkButton onClick={() => setAsked(true)}>{texts.audWhy}</LinkButton>;
  if (why.error) return <Typography.Text type="warning">{sayError(why.error)}</Typography.Text>;
  if (!why.data) return <Skeleton active paragraph={{ rows: 2 }} />;
  return (
    <div style={{ maxWidth: 520, maxHeight: 360, overflow: 'auto' }}>
      <TraceTree trace={why.data} />
    </div>
  );
}

/** Dates by the operator's language, lists as lists, scores with their numbers. */
function shown({ key, value }: TagView, language: Language): string {
  if (key.endsWith('_at') && typeof value === 'number')
    return new Date(value).toLocaleDateString(language === 'zh' ? 'zh-CN' : 'en');
  const and = language === 'zh' ? '、' : ', ';
  if (Array.isArray(value)) return value.map(plain).join(and);
  if (typeof value !== 'object' || value === null) return plain(value);
  return Object.entries(value)
    .map(([name, score]) => `${name} ${plain(score)}`)
    .join(and);
}

const plain = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
