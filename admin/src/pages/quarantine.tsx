import type { Page, QuarantineView, ReplayResult } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { App, Button, Card, Empty, Popconfirm, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { api, get, query } from '../api/client.js';
import { useSpeech } from '../i18n/language.js';
import { LinkButton } from '../parts/link-button.js';
import { Load } from '../parts/load.js';
import { Pager, usePlace } from '../parts/pager.js';
import { useAct } from '../parts/use-act.js';
import { When } from '../parts/when.js';
import { useSession } from '../session.js';
import { QuarantineReveal } from './quarantine-reveal.js';

export function QuarantinePage() {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const { message } = App.useApp();
  const place = usePlace();
  const [code, setCode] = useState<string>();
  const [selected, setSelected] = useState<React.Key[]>([]);
  const records = useQuery({
    queryKey: ['quarantine', code, place.cursor],
    queryFn: () => get<Page<QuarantineView>>(`/quarantine${query({ code, cursor: place.cursor })}`),
  });
  const told = {
    onSuccess: (result?: ReplayResult) => (
      setSelected([]),
      result && void message.info(`${texts.applied} ${result.applied} · ${texts.failed} ${result.refused}`)
    ),
  };
  const replay = useAct((ids: React.Key[]) => api<ReplayResult>('POST', '/quarantine/replay', { ids }), {
    refresh: ['quarantine'],
  });
  const remove = useAct((ids: React.Key[]) => api('DELETE', '/quarantine', { ids }), { refresh: ['quarantine'] });
  const pick = (value?: string) => (place.restart(), setSelected([]), setCode(value));
  return (
    <Card
      size="small"
      title={
        <Space>
          {`${texts.quarantine}${records.data?.total ? ` (${records.data.total.toLocaleString()})` : ''}`}
          {code && (
            <Tag color="orange" closable onClose={() => pick()}>
              {code}
            </Tag>
          )}
        </Space>
      }
      extra={
        isAdmin && (
          <Space>
            {`${texts.selected} ${selected.length}`}
            <Button
              size="small"
              disabled={selected.length === 0}
              loading={replay.isPending}
              onClick={() => replay.mutate(selected, told)}
            >
              {texts.replay}
            </Button>
            <Popconfirm
              title={texts.confirmRemove}
              onConfirm={() => remove.mutate(selected, { onSuccess: () => setSelected([]) })}
            >
              <Button size="small" danger disabled={selected.length === 0}>
                {texts.remove}
              </Button>
            </Popconfirm>
          </Space>
        )
      }
    >
      <Load query={records}>
        {({ items, next }) => (
          <>
            <Table<QuarantineView>
              size="small"
              rowKey="id"
              pagination={false}
              dataSource={items}
              locale={{ emptyText: <Empty description={texts.quarantineEmpty} /> }}
              {...(isAdmin && { rowSelection: { selectedRowKeys: selected, onChange: setSelected } })}
              expandable={{
                expandedRowRender: ({ id, body }) => (
                  <Space align="start">
                    <pre style={{ margin: 0, whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>{body}</pre>
                    {isAdmin && <QuarantineReveal id={id} />}
                  </Space>
                ),
              }}
              columns={[
                {
                  title: texts.receivedAt,
                  dataIndex: 'receivedAt',
                  width: 120,
                  render: (at: number) => <When at={at} />,
                },
                {
                  title: texts.code,
                  dataIndex: 'code',
                  width: 230,
                  render: (value: string) => <Code value={value} onPick={pick} />,
                },
                { title: texts.message, dataIndex: 'message' },
                { title: texts.source, dataIndex: 'sourceId', width: 120 },
                { title: texts.content, dataIndex: 'body', ellipsis: true },
              ]}
            />
            <Pager place={place} next={next} />
          </>
        )}
      </Load>
    </Card>
  );
}

/** A code in the list: choosing it shows those of its kind alone. */
function Code({ value, onPick }: { value: string; onPick: (value: string) => void }) {
  const { sayCode } = useSpeech();
  return (
    <LinkButton title={sayCode(value, value)} onClick={() => onPick(value)}>
      {value}
    </LinkButton>
  );
}
