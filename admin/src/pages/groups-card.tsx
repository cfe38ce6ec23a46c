import type { ProfileDetail } from '@perennial/contract';
import { Card, Space, Tag, Tooltip } from 'antd';
import { useSpeech } from '../i18n/language.js';

/** The stores, companies or families that a person belongs to; nothing where she is in none. */
export function GroupsCard({ detail: { groups } }: { detail: ProfileDetail }) {
  const { texts, language } = useSpeech();
  const day = (at: number) => new Date(at).toLocaleDateString(language === 'zh' ? 'zh-CN' : 'en');
  if (groups.length === 0) return null;
  return (
    <Card size="small" title={texts.groups}>
      <Space wrap size={4}>
        {groups.map(({ id, name, since, lastAt }) => (
          <Tooltip key={id} title={`${id} · ${day(since)} – ${day(lastAt)}`}>
            <Tag tabIndex={0} style={{ marginInlineEnd: 0 }}>
              {name ?? id}
            </Tag>
          </Tooltip>
        ))}
      </Space>
    </Card>
  );
}
