import type { GraphNode, SplitPart } from '@perennial/contract';
import { Link } from '@tanstack/react-router';
import { Alert, Card, Descriptions, Form, Input, Modal, Space, Tag, Tooltip, Typography } from 'antd';
import { useState, type ReactNode } from 'react';
import { useSpeech } from '../../i18n/language.js';
import type { TextKey } from '../../i18n/zh.js';
import { useSayPlace } from '../../parts/use-stages.js';
import { When } from '../../parts/when.js';

/** One colour a kind, the same everywhere; kinds of plugins take the next ones. */
const COLOURS: Record<string, string> = {
  user_id: '#1f7a5c',
  phone: '#3b6fb6',
  phone_md5: '#86a9d6',
  phone_sha256: '#86a9d6',
  wechat_unionid: '#2e9e4f',
  wechat_openid: '#7cc36a',
  wecom_external_userid: '#4fa3a5',
  douyin_union_id: '#6a4c93',
  douyin_open_id: '#9b7fc4',
  alipay_user_id: '#2a7de1',
  email: '#c98a2b',
  device_id: '#9aa5a0',
  anonymous_id: '#b9c1bd',
  fingerprint: '#cfd5d2',
};

export const colourOf = (kind: string): string => COLOURS[kind] ?? '#d08770';

/** An identifier in words: its kind, its masked value, and what is odd about it. */
export function Node({ node }: { node: GraphNode }) {
  const { texts, say } = useSpeech();
  return (
    <Space size={4} wrap>
      <Tooltip title={node.namespace}>
        <Tag color={colourOf(node.kind)} style={{ marginInlineEnd: 0 }}>
          {say(node.title)}
        </Tag>
      </Tooltip>
      <Typography.Text style={{ fontVariantNumeric: 'tabular-nums', wordBreak: 'break-all' }}>
        {node.value}
      </Typography.Text>
      {node.isBarred && <Tag color="red">{texts.isBarred}</Tag>}
      {node.isUnverified && <Tag color="gold">{texts.isUnverified}</Tag>}
    </Space>
  );
}

export const Nodes = ({ nodes }: { nodes: GraphNode[] }) => (
  <Space orientation="vertical" size={4}>
    {nodes.map((node) => (
      <Node key={node.id} node={node} />
    ))}
  </Space>
);

/** People of a preview, side by side. */
export function Parts({ parts }: { parts: SplitPart[] }) {
  const { texts } = useSpeech();
  const sayPlace = useSayPlace();
  return (
    <div
      style={{ display: 'grid', gap: 12, gridTemplateColumns: `repeat(${Math.min(3, parts.length)}, minmax(0, 1fr))` }}
    >
      {parts.map((part, n) => (
        <Card key={part.identifiers[0]?.id ?? n} size="small" title={texts.part.replace('{n}', String(n + 1))}>
          <Nodes nodes={part.identifiers} />
          <Descriptions
            size="small"
            column={1}
            style={{ marginTop: 12 }}
            items={[
              { key: 'events', label: texts.eventCount, children: part.events.toLocaleString() },
              { key: 'tags', label: texts.tagCount, children: part.tags },
              {
                key: 'stage',
                label: texts.stage,
                children: Object.entries(part.stages)
                  .map(([lifecycle, place]) => sayPlace(lifecycle, place))
                  .join(' · '),
              },
              { key: 'seen', label: texts.lastSeen, children: <When at={part.lastSeenAt} /> },
            ]}
          />
        </Card>
      ))}
    </div>
  );
}

interface ReasonModalProps {
  title: string;
  isOpen: boolean;
  isPending: boolean;
  okText: string;
  isDanger?: boolean;
  onOk: (reason: string) => void;
  onClose: () => void;
  children?: ReactNode;
  width?: number;
  isBlocked?: boolean;
}

/** Asks why before something is done to the graph. */
export function ReasonModal(props: ReasonModalProps) {
  const { texts } = useSpeech();
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const confirm = () => {
    setTried(true);
    if (reason.trim()) props.onOk(reason.trim());
  };
  return (
    <Modal
      title={props.title}
      open={props.isOpen}
      okText={props.okText}
      okButtonProps={{ danger: props.isDanger ?? false, disabled: props.isBlocked ?? false }}
      confirmLoading={props.isPending}
      onOk={confirm}
      onCancel={props.onClose}
      afterClose={() => (setReason(''), setTried(false))}
      width={props.width ?? 520}
      destroyOnHidden
    >
      <Space orientation="vertical" size={16} style={{ width: '100%' }}>
        {props.children}
        <Form.Item
          label={texts.reasonLabel}
          layout="vertical"
          style={{ marginBottom: 0 }}
          {...(isTried && !reason.trim() && { validateStatus: 'error' as const, help: texts.reasonMissing })}
        >
          <Input
            aria-label={texts.reasonLabel}
            maxLength={255}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
            onPressEnter={confirm}
          />
        </Form.Item>
      </Space>
    </Modal>
  );
}

export const ProfileLink = ({ id, children }: { id: string; children?: ReactNode }) => (
  <Link to="/profiles/$id" params={{ id }}>
    {children ?? id}
  </Link>
);

export const Hint = ({ text }: { text: TextKey }) => {
  const { texts } = useSpeech();
  return <Alert type="info" showIcon title={texts[text]} />;
};
