import type { DeliveryStatus, DeliveryView, Page } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Card, Empty, Select, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { api, get, query } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import type { TextKey } from '../i18n/zh.js';
import { Load } from '../parts/load.js';
import { Pager, usePlace } from '../parts/pager.js';
import { useAct } from '../parts/use-act.js';
import { When } from '../parts/when.js';
import { useSession } from '../session.js';

const STATUSES: DeliveryStatus[] = ['waiting', 'sent', 'dead', 'skipped'];

/** What was sent to whom; dead ones can be sent again. */
export function Deliveries() {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const [status, setStatus] = useState<DeliveryStatus>();
  const place = usePlace();
  const [selected, setSelected] = useState<React.Key[]>([]);
  const deliveries = useQuery({
    queryKey: ['deliveries', status, place.cursor],
    queryFn: () => get<Page<DeliveryView>>(`/deliveries${query({ status, cursor: place.cursor, limit: 20 })}`),
    refetchInterval: 5_000,
  });
  const replay = useAct((ids: React.Key[]) => api('POST', '/deliveries/replay', { ids }), {
    refresh: ['deliveries'],
    done: texts.replayed,
  });
  const canReplay = isAdmin && status === 'dead';
  return (
    <Card
      size="small"
      title={texts.deliveries}
      extra={
        <Space>
          {canReplay && (
            <Button
              size="small"
              disabled={selected.length === 0}
              onClick={() => replay.mutate(selected, { onSuccess: () => setSelected([]) })}
            >{`${texts.replay} (${selected.length})`}</Button>
          )}
          <Select
            allowClear
            size="small"
            style={{ width: 140 }}
            placeholder={texts.status}
            value={status}
            options={STATUSES.map((value) => ({ value, label: texts[`status_${value}` as TextKey] }))}
            onChange={(next?: DeliveryStatus) => (place.restart(), setSelected([]), setStatus(next))}
          />
        </Space>
      }
    >
      <Load query={deliveries}>
        {({ items, next }) => (
          <>
            <Table<DeliveryView>
              size="small"
              rowKey="id"
              pagination={false}
              dataSource={items}
              locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noDeliveries} /> }}
              {...(canReplay && { rowSelection: { selectedRowKeys: selected, onChange: setSelected } })}
              columns={[
                { title: texts.time, dataIndex: 'createdAt', render: (at: number) => <When at={at} /> },
                {
                  title: texts.customer,
                  dataIndex: 'profileId',
                  render: (id: string) => (
                    <Link to="/profiles/$id" params={{ id }}>
                      {id}
                    </Link>
                  ),
                },
                {
                  title: texts.status,
                  dataIndex: 'status',
                  render: (value: string) => (
                    <Tag color={value === 'sent' ? 'green' : value === 'dead' ? 'red' : 'blue'}>
                      {texts[`status_${value}` as TextKey]}
                    </Tag>
                  ),
                },
                { title: texts.attempts, dataIndex: 'attempts', align: 'right' },
                { title: texts.error, dataIndex: 'lastError', ellipsis: true },
              ]}
            />
            <Pager place={place} next={next} />
          </>
        )}
      </Load>
    </Card>
  );
}
