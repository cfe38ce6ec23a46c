import type { LifecycleDetail, LifecycleVersion, RestorePreview } from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Input, Modal, Progress, Space, Statistic, Table, Tag } from 'antd';
import { useState } from 'react';
import { api, get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { Load } from '../../parts/load.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { useSession } from '../../session.js';
import { MovingTable } from './preview.js';
import { useLifecycle } from './use-lifecycle.js';

/** Every version of a lifecycle; an earlier one can be restored, after a look at what that does. */
export function VersionsTab({ lifecycleKey }: { lifecycleKey: string }) {
  const [chosen, setChosen] = useState<number>();
  return (
    <Load query={useLifecycle(lifecycleKey)}>
      {(detail) => (
        <>
          {detail.run?.status === 'running' && (
            <Progress
              percent={detail.run.total === 0 ? 0 : Math.floor((100 * detail.run.done) / detail.run.total)}
              status="active"
            />
          )}
          <VersionTable detail={detail} onRestore={setChosen} />
          {chosen !== undefined && (
            <RestoreDialog key={chosen} detail={detail} version={chosen} onClose={() => setChosen(undefined)} />
          )}
        </>
      )}
    </Load>
  );
}

function VersionTable({ detail, onRestore }: { detail: LifecycleDetail; onRestore: (version: number) => void }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const current = detail.definition.version;
  return (
    <Table
      size="small"
      rowKey="version"
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      dataSource={detail.versions}
      columns={[
        { title: texts.version, dataIndex: 'version', width: 80 },
        { title: texts.lifeVersionState, width: 220, render: (_, one) => <State {...{ one, current }} /> },
        { title: texts.lifePublishedBy, dataIndex: 'by', width: 140 },
        { title: texts.lifePublishedAt, width: 140, render: (_, { at }) => <When at={at} /> },
        { title: texts.tagNote, dataIndex: 'note' },
        {
          title: texts.action,
          width: 90,
          render: (_, { version }) =>
            isAdmin &&
            version !== current && <LinkButton onClick={() => onRestore(version)}>{texts.lifeRestore}</LinkButton>,
        },
      ]}
    />
  );
}

function State({ one: { version, restores, keptUntil }, current }: { one: LifecycleVersion; current: number }) {
  const { texts, language } = useSpeech();
  const until = keptUntil && new Date(keptUntil).toLocaleDateString(language === 'zh' ? 'zh-CN' : 'en');
  return (
    <Space size={4} wrap>
      {version === current && <Tag color="green">{texts.lifeInForce}</Tag>}
      {restores !== undefined && <Tag>{texts.lifeRestores.replace('{n}', String(restores))}</Tag>}
      {until && <Tag color="blue">{texts.lifeKeptUntil.replace('{d}', until)}</Tag>}
    </Space>
  );
}

interface DialogProps {
  detail: LifecycleDetail;
  version: number;
  onClose: () => void;
}

function RestoreDialog({ detail: { definition }, version, onClose }: DialogProps) {
  const { texts } = useSpeech();
  const [note, setNote] = useState('');
  const path = `/lifecycles/${definition.key}`;
  const preview = useQuery({
    queryKey: ['lifecycle-restore', definition.key, version, definition.version],
    queryFn: () => get<RestorePreview>(`${path}/versions/${version}/restore`),
  });
  const restore = useAct(
    () => api<LifecycleDetail>('POST', `${path}/restore`, { version, expectedVersion: definition.version, note }),
    { refresh: ['lifecycle', 'lifecycles', 'board'], done: texts.lifeRestored },
  );
  return (
    <Modal
      open
      width={720}
      title={texts.lifeRestoreTitle.replace('{n}', String(version))}
      okText={texts.lifeRestore}
      okButtonProps={{ disabled: !preview.data, loading: restore.isPending }}
      onOk={() => restore.mutate(undefined, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <Load query={preview}>
        {(foretold) => (
          <Space orientation="vertical" style={{ width: '100%' }}>
            <Alert
              type={foretold.isExact ? 'info' : 'warning'}
              showIcon
              title={foretold.isExact ? texts.lifeExact : texts.lifeNotExact}
            />
            <Statistic title={texts.lifeMoving} value={foretold.moving} />
            <MovingTable now={foretold} lifecycle={definition} />
            <Input
              maxLength={255}
              placeholder={texts.tagNote}
              aria-label={texts.tagNote}
              value={note}
              onChange={({ target }) => setNote(target.value)}
            />
          </Space>
        )}
      </Load>
    </Modal>
  );
}
