import { Descriptions } from 'antd';

/** What opens a hint: the keyboard as well. */
export const HINTS: ('hover' | 'focus' | 'click')[] = ['hover', 'focus', 'click'];

/** Names and values, one below the other. */
export function Facts({ rows }: { rows: [string, string][] }) {
  return (
    <Descriptions
      size="small"
      column={1}
      style={{ maxWidth: 420 }}
      items={rows.map(([label, children]) => ({ key: label, label, children }))}
    />
  );
}
