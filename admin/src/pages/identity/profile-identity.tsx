import type {
  GraphEdge,
  GraphNode,
  IdentityChange,
  ProfileIdentity,
  SplitPreview,
  SplitRequest,
} from '@perennial/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Col, Empty, Modal, Row, Skeleton, Space, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { api, get } from '../../api/client.js';
import { useSpeech } from '../../i18n/language.js';
import { LinkButton } from '../../parts/link-button.js';
import { Load, useErrorText } from '../../parts/load.js';
import { useAct } from '../../parts/use-act.js';
import { When } from '../../parts/when.js';
import { useSession } from '../../session.js';
import { ActsTable } from './acts.js';
import { GraphPicture } from './graph.js';
import { MergeModal } from './merge.js';
import { Node, Parts, ProfileLink, ReasonModal } from './parts.js';

/** Whom a profile is made of, why, and how to part it or join it with another. */
export function ProfileIdentityTab({ id }: { id: string }) {
  const identity = useQuery({
    queryKey: ['identity', id],
    queryFn: () => get<ProfileIdentity>(`/profiles/${id}/identity`),
  });
  return <Load query={identity}>{(data) => <Identity identity={data} />}</Load>;
}

function Identity({ identity }: { identity: ProfileIdentity }) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const [picked, setPicked] = useState<string>();
  const [chosen, setChosen] = useState<string[]>([]);
  const [request, setRequest] = useState<SplitRequest>();
  const [isMerging, setMerging] = useState(false);
  const own = identity.nodes.filter(({ profileId }) => profileId === identity.profileId);
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Row gutter={16}>
        <Col span={13}>
          <Card
            size="small"
            title={texts.graph}
            extra={
              isAdmin && (
                <Button size="small" onClick={() => setMerging(true)}>
                  {texts.mergeWith}
                </Button>
              )
            }
          >
            <Typography.Text type="secondary">{texts.graphHint}</Typography.Text>
            <GraphPicture identity={identity} onPick={setPicked} />
          </Card>
        </Col>
        <Col span={11}>
          <Card
            size="small"
            title={texts.identifiers}
            extra={
              isAdmin && (
                <Button
                  size="small"
                  disabled={chosen.length === 0 || chosen.length === own.length}
                  onClick={() => setRequest({ identifiers: chosen })}
                >
                  {texts.splitOff}
                </Button>
              )
            }
          >
            <Table<GraphNode>
              size="small"
              rowKey="id"
              pagination={false}
              scroll={{ y: 340 }}
              dataSource={own}
              rowClassName={({ id }) => (id === picked ? 'ant-table-row-selected' : '')}
              {...(isAdmin && {
                rowSelection: { selectedRowKeys: chosen, onChange: (keys) => setChosen(keys as string[]) },
              })}
              columns={[
                { title: texts.identifiers, render: (_, node) => <Node node={node} /> },
                { title: texts.firstSeen, width: 110, render: (_, { firstSeenAt }) => <When at={firstSeenAt} /> },
              ]}
            />
          </Card>
        </Col>
      </Row>
      <Links identity={identity} picked={picked} onCut={(link) => setRequest({ link })} />
      <Card size="small" title={texts.history}>
        <ActsTable acts={identity.acts} refresh={['identity', 'profile']} />
      </Card>
      <SplitModal id={identity.profileId} request={request} onClose={() => setRequest(undefined)} />
      <MergeModal id={identity.profileId} isOpen={isMerging} onClose={() => setMerging(false)} />
    </Space>
  );
}

interface LinksProps {
  identity: ProfileIdentity;
  picked: string | undefined;
  onCut: (link: { a: string; b: string }) => void;
}

/** The same as the picture, to read and to reach by keyboard. */
function Links({ identity: { nodes, edges }, picked, onCut }: LinksProps) {
  const { texts } = useSpeech();
  const { isAdmin } = useSession();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const isPicked = ({ a, b }: GraphEdge) => picked === `${a} ${b}` || picked === a || picked === b;
  return (
    <Card size="small" title={texts.links}>
      <Table<GraphEdge>
        size="small"
        rowKey={({ a, b }) => `${a} ${b}`}
        pagination={edges.length > 20 && { pageSize: 20, size: 'small' }}
        dataSource={edges}
        rowClassName={(edge) => (isPicked(edge) ? 'ant-table-row-selected' : '')}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} /> }}
        columns={[
          {
            title: texts.linkOf,
            render: (_, { a, b, isCut }) => (
              <Space size="small" style={isCut ? { textDecoration: 'line-through' } : {}}>
                <Node node={byId.get(a)!} />
                <span>—</span>
                <Node node={byId.get(b)!} />
              </Space>
            ),
          },
          {
            title: texts.outcome,
            width: 150,
            render: (_, { outcome, isCut }) => (
              <Space size={4}>
                <Tag color={outcome === 'joined' ? 'green' : outcome === 'switched' ? 'gold' : 'red'}>
                  {texts[`outcome_${outcome}`]}
                </Tag>
                {isCut && <Tag>{texts.isCut}</Tag>}
              </Space>
            ),
          },
          {
            title: texts.rule,
            width: 120,
            render: (_, { evidence }) => texts[`rule_${evidence.rule}` as 'rule_login'] ?? evidence.rule,
          },
          { title: texts.source, width: 110, render: (_, { evidence }) => evidence.sourceId, ellipsis: true },
          {
            title: texts.togetherEvents,
            width: 120,
            align: 'right',
            render: (_, { events }) => events.toLocaleString(),
          },
          { title: texts.time, width: 110, render: (_, { evidence }) => <When at={evidence.at} /> },
          {
            width: 90,
            render: (_, { a, b, outcome, isCut }) =>
              isAdmin &&
              outcome === 'joined' &&
              !isCut && (
                <LinkButton danger onClick={() => onCut({ a, b })}>
                  {texts.cutLink}
                </LinkButton>
              ),
          },
        ]}
      />
    </Card>
  );
}

/** Shows what would become of the person before anything is done. */
function SplitModal({ id, request, onClose }: { id: string; request: SplitRequest | undefined; onClose: () => void }) {
  const { texts } = useSpeech();
  const [parts, setParts] = useState<string[]>();
  const sayError = useErrorText();
  const preview = useQuery({
    queryKey: ['split', id, request],
    queryFn: () => api<SplitPreview>('POST', `/profiles/${id}/split/preview`, request),
    enabled: request !== undefined,
    gcTime: 0,
  });
  const split = useAct(
    (reason: string) => api<IdentityChange>('POST', `/profiles/${id}/split`, { ...request, reason }),
    {
      refresh: ['identity', 'profile', 'profiles'],
    },
  );
  const isOne = preview.data !== undefined && preview.data.parts.length < 2;
  return (
    <>
      <ReasonModal
        title={texts.splitTitle}
        isOpen={request !== undefined}
        isPending={split.isPending}
        isBlocked={preview.data === undefined || isOne}
        okText={texts.confirmSplit}
        isDanger
        width={900}
        onOk={(reason) => split.mutate(reason, { onSuccess: ({ profiles }) => (onClose(), setParts(profiles)) })}
        onClose={onClose}
      >
        <Typography.Text type="secondary">{texts.splitHint}</Typography.Text>
        {preview.isPending && request && <Skeleton active />}
        {preview.isError && <Alert type="warning" title={sayError(preview.error)} />}
        {isOne && <Alert type="warning" title={texts.splitNothing} />}
        {preview.data && <Parts parts={preview.data.parts} />}
      </ReasonModal>
      <Modal
        title={texts.splitDone.replace('{n}', String(parts?.length ?? 0))}
        open={parts !== undefined}
        footer={null}
        onCancel={() => setParts(undefined)}
      >
        <Space onClick={() => setParts(undefined)}>
          {parts?.map((profile) => (
            <ProfileLink key={profile} id={profile} />
          ))}
        </Space>
      </Modal>
    </>
  );
}
