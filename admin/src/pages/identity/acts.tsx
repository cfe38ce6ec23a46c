import type { IdentityAct, IdentityChange, Page } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Empty, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { api, get, query } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { Load } from '../../parts/load.js';
import { Pager, usePlace } from '../../parts/pager.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { useSession } from '../../session.js';
import { Nodes, ProfileLink, ReasonModal } from './parts.js';

/** Everything that was done to the graph, newest first. */
export function ActsTab() {
  const place = usePlace();
  const acts = useQuery({
    queryKey: ['acts', place.cursor],
    queryFn: () => get<Page<IdentityAct>>(`/identity/acts${query({ cursor: place.cursor })}`),
  });
  return (
    <Load query={acts}>
      {({ items, next }) => (
        <>
          <ActsTable acts={items} refresh={['acts']} />
          <Pager place={place} next={next} />
        </>
      )}
    </Load>
  );
}

const SHOWN_PROFILES = 4;

export function ActsTable({ acts, refresh }: { acts: IdentityAct[]; refresh: string[] }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const [undoing, setUndoing] = useState<string>();
  const undo = useAct((reason: string) => api<IdentityChange>('POST', `/identity/acts/${undoing}/undo`, { reason }), {
    refresh,
    done: texts.undone,
  });
  const who = (by: string) => (by === 'event' ? texts.byEvent : by === 'people_per_value' ? texts.byRule : by);
  return (
    <>
      <Table<IdentityAct>
        size="small"
        rowKey="id"
        pagination={false}
        dataSource={acts}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noActs} /> }}
        columns={[
          { title: texts.time, width: 110, render: (_, { at }) => <When at={at} /> },
          { title: texts.type, width: 120, render: (_, { kind }) => <Tag>{texts[`act_${kind}`]}</Tag> },
          { title: texts.identifiers, render: (_, { identifiers }) => <Nodes nodes={identifiers.slice(0, 5)} /> },
          {
            title: texts.customer,
            width: 220,
            render: (_, { profiles }) => (
              <Space wrap size={6}>
                {[...new Set(profiles)].slice(0, SHOWN_PROFILES).map((id) => (
                  <ProfileLink key={id} id={id} />
                ))}
                {profiles.length > SHOWN_PROFILES && `+${profiles.length - SHOWN_PROFILES}`}
              </Space>
            ),
          },
          { title: texts.by, width: 120, render: (_, { by }) => who(by) },
          { title: texts.reason, dataIndex: 'reason', ellipsis: true },
          {
            width: 70,
            render: (_, { id, canUndo }) =>
              isAdmin && canUndo && <LinkButton onClick={() => setUndoing(id)}>{texts.undo}</LinkButton>,
          },
        ]}
      />
      <ReasonModal
        title={texts.undo}
        okText={texts.undo}
        isOpen={undoing !== undefined}
        isPending={undo.isPending}
        onOk={(reason) => undo.mutate(reason, { onSuccess: () => setUndoing(undefined) })}
        onClose={() => setUndoing(undefined)}
      />
    </>
  );
}
