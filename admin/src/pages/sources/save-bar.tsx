import type { SourcePolicy } from '@perennial/contract';
import { Alert, Button, Popconfirm, Space, Typography } from 'antd';
import { useSpeech } from '../../i18n/language.js';
import { useSession } from '../../session.js';
import type { Editing } from './use-settings.js';

const MOST_SHOWN = 20;

/** Saving, giving up, and the way back after saving. `warning` asks once more before. */
export function SaveBar<K extends keyof SourcePolicy>({ editing, warning }: { editing: Editing<K>; warning?: string }) {
  const { texts, say } = useSpeech();
  const { isAdmin } = useSession();
  const { isDirty, isSaving, saved, undo, problems } = editing;
  if (!isAdmin) return undefined;
  const button = (onClick?: () => void) => (
    <Button type="primary" disabled={!isDirty} loading={isSaving} onClick={onClick}>
      {texts.save}
    </Button>
  );
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      {isDirty && <Alert type="info" showIcon title={texts.edgeDirty} />}
      {isDirty && problems.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={texts.SOURCE_SETTINGS_INVALID}
          description={problems.slice(0, MOST_SHOWN).map(({ path, message }) => (
            <div key={`${path} ${message.en}`}>
              <Typography.Text code>{path}</Typography.Text> {say(message)}
            </div>
          ))}
        />
      )}
      {!isDirty && saved && (
        <Alert
          type="success"
          showIcon
          title={(saved.isUndo ? texts.edgeUndone : texts.edgeSaved).replace('{n}', String(saved.revision))}
          action={
            undo && (
              <Button size="small" onClick={undo}>
                {texts.edgeUndo}
              </Button>
            )
          }
        />
      )}
      <Space>
        {warning && isDirty ? (
          <Popconfirm title={warning} onConfirm={editing.save}>
            {button()}
          </Popconfirm>
        ) : (
          button(editing.save)
        )}
        <Button disabled={!isDirty} onClick={editing.discard}>
          {texts.edgeDiscard}
        </Button>
      </Space>
    </Space>
  );
}
