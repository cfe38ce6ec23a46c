import type { SourceView, WriteKeyView } from '@perennial/contract';
import { Alert, Modal, Space, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { SourceSnippet } from '../source-snippet.js';
import { Arrival } from './arrival.js';

interface Opened {
  source: SourceView;
  /** That was just made; otherwise the latest that can be read. */
  made?: WriteKeyView;
}

/** How a client of the source comes in: its key, what to copy, and whether anything has arrived. */
export function AccessModal({ opened, onClose }: { opened: Opened | undefined; onClose: () => void }) {
  const { texts } = useSpeech();
  return (
    <Modal
      open={opened !== undefined}
      title={texts.snippetOpen}
      footer={null}
      onCancel={onClose}
      width={640}
      destroyOnHidden
    >
      {opened && <Access {...opened} />}
    </Modal>
  );
}

function Access({ source, made }: Opened) {
  const key = made?.key ?? source.keys.findLast((one) => one.key !== undefined)?.key;
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size={12}>
      <KeyNote source={source} isNew={made !== undefined} isKnown={key !== undefined} />
      {key !== undefined && (
        <Typography.Paragraph copyable code style={{ margin: 0 }}>
          {key}
        </Typography.Paragraph>
      )}
      <Arrival id={source.id} />
      <SourceSnippet kind={source.kind} writeKey={key ?? 'WRITE_KEY'} />
    </Space>
  );
}

function KeyNote({ source: { kind, keys }, isNew, isKnown }: { source: SourceView; isNew: boolean; isKnown: boolean }) {
  const { texts } = useSpeech();
  if (isNew && !['web', 'miniprogram'].includes(kind)) return <Alert type="warning" showIcon title={texts.keyOnce} />;
  if (isNew) return <Alert type="success" showIcon title={texts.keyAnyTime} />;
  if (isKnown) return null;
  return <Alert type="warning" showIcon title={keys.length > 0 ? texts.keyUnreadable : texts.keyMissing} />;
}
