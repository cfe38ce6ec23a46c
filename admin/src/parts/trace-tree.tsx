import type { Trace } from '@perennial/contract';
import { CheckOutlined, CloseOutlined } from '@ant-design/icons';
import { Space, Tooltip, Typography } from 'antd';
import { placed } from './rule-editor/rules.js';
import { useSpeech } from '../i18n/language.js';

/** What was looked at, what was found there and whether it held, part by part. */
export function TraceTree({ trace }: { trace: Trace }) {
  const { say } = useSpeech();
  const { holds, value, evidence = [], parts = [] } = trace;
  const shown = evidence.map(({ at, text }) => `${at === 0 ? '' : new Date(at).toLocaleString()} ${text}`).join('\n');
  return (
    <div style={{ paddingLeft: 12, borderLeft: '2px solid #e4f1eb', marginTop: 4 }}>
      <Space size={6}>
        {holds === true && <CheckOutlined style={{ color: '#1f7a5c' }} />}
        {holds === false && <CloseOutlined style={{ color: '#b04a3a' }} />}
        <span>{say(trace.text)}</span>
        {value !== undefined && (
          <Tooltip title={<span style={{ whiteSpace: 'pre-wrap' }}>{shown}</span>}>
            <Typography.Text code>{JSON.stringify(value)}</Typography.Text>
          </Tooltip>
        )}
      </Space>
      {placed(parts).map(({ item, id }) => (
        <TraceTree key={id} trace={item} />
      ))}
    </div>
  );
}
