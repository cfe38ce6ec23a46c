import { Space } from 'antd';
import { Tokens } from './access/tokens.js';
import { Trail } from './access/trail.js';
import { Users } from './access/users.js';

export function AccessPage() {
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      <Users />
      <Tokens />
      <Trail />
    </Space>
  );
}
