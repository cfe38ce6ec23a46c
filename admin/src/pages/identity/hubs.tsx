import type { HubPreview, HubView, IdentityChange, Page } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Empty, Segmented, Space, Table, Typography } from 'antd';
import { useState } from 'react';
import { api, get, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { Load } from '../../parts/load.js';
import { Pager, usePlace } from '../../parts/pager.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { useSession } from '../../session.js';
import { Hint, Node, Parts, ProfileLink, ReasonModal } from './parts.js';

/** Values that many people share: a shop's phone, a counter's tablet. */
export function HubsTab() {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const place = usePlace();
  const [isBarred, setBarred] = useState(false);
  const [asked, setAsked] = useState<HubView>();
  const hubs = useQuery({
    queryKey: ['hubs', isBarred, place.cursor],
    queryFn: () => get<Page<HubView>>(`/identity/hubs${query({ barred: String(isBarred), cursor: place.cursor })}`),
  });
  return (
    <Space orientation="vertical" size={12} style={{ width: '100%' }}>
      <Hint text="hubsHint" />
      <Segmented<boolean>
        value={isBarred}
        onChange={(value) => (place.restart(), setBarred(value))}
        options={[
          { value: false, label: texts.shared },
          { value: true, label: texts.barred },
        ]}
      />
      <Load query={hubs}>
        {({ items, next }) => (
          <>
            <Table<HubView>
              size="small"
              rowKey={({ identifier }) => identifier.id}
              pagination={false}
              dataSource={items}
              locale={{ emptyText: <Empty description={isBarred ? texts.hubsBarredEmpty : texts.hubsEmpty} /> }}
              columns={[
                { title: texts.identifiers, render: (_, { identifier }) => <Node node={identifier} /> },
                {
                  title: texts.hubPeople,
                  width: 110,
                  align: 'right',
                  render: (_, { people, limit }) => (
                    <Typography.Text type={limit !== undefined && people > limit ? 'danger' : undefined!}>
                      {people.toLocaleString()}
                    </Typography.Text>
                  ),
                },
                {
                  title: texts.hubLimit,
                  width: 90,
                  align: 'right',
                  render: (_, { limit }) => limit ?? texts.unlimited,
                },
                { title: texts.lastMet, width: 120, render: (_, { lastMetAt }) => <When at={lastMetAt} /> },
                {
                  title: texts.by,
                  width: 140,
                  hidden: !isBarred,
                  render: (_, { by }) => (by === 'people_per_value' ? texts.byRule : by),
                },
                {
                  width: 110,
                  hidden: !isAdmin,
                  render: (_, hub) => (
                    <LinkButton danger={!isBarred} onClick={() => setAsked(hub)}>
                      {isBarred ? texts.unbar : texts.bar}
                    </LinkButton>
                  ),
                },
              ]}
            />
            <Pager place={place} next={next} />
          </>
        )}
      </Load>
      <BarModal hub={asked} onClose={() => setAsked(undefined)} />
    </Space>
  );
}

function BarModal({ hub, onClose }: { hub: HubView | undefined; onClose: () => void }) {
  const { texts } = useSpeech();
  const preview = useQuery({
    queryKey: ['hub-preview', hub?.identifier.id],
    queryFn: () => get<HubPreview>(`/identity/hubs/${hub!.identifier.id}/preview`),
    enabled: hub !== undefined && !hub.isBarred,
    gcTime: 0,
  });
  const act = hub?.isBarred ? 'unbar' : 'bar';
  const change = useAct(
    (reason: string) => api<IdentityChange>('POST', `/identity/hubs/${hub!.identifier.id}/${act}`, { reason }),
    {
      refresh: ['hubs', 'quality', 'profile'],
      done: texts.saved,
    },
  );
  return (
    <ReasonModal
      title={texts[act]}
      okText={texts[act]}
      isOpen={hub !== undefined}
      isPending={change.isPending}
      isDanger={act === 'bar'}
      width={act === 'bar' ? 860 : 520}
      onOk={(reason) => change.mutate(reason, { onSuccess: onClose })}
      onClose={onClose}
    >
      {hub && <Node node={hub.identifier} />}
      {act === 'bar' && hub && (
        <Load query={preview}>
          {({ profiles }) => (
            <Space orientation="vertical" size={12} style={{ width: '100%', maxHeight: 420, overflow: 'auto' }}>
              <Typography.Text strong>
                {profiles.length === 0 ? texts.hubPreviewNone : texts.hubPreview}
              </Typography.Text>
              {profiles.map(({ profileId, parts }) => (
                <div key={profileId}>
                  <ProfileLink id={profileId} />
                  <Parts parts={parts} />
                </div>
              ))}
            </Space>
          )}
        </Load>
      )}
    </ReasonModal>
  );
}
