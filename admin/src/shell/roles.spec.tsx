import { describe, expect, it } from '@jest/globals';
import type { Role } from '@perennial/contract';
import { screen } from '@testing-library/react';
import { MockApi } from '../testing/mock-api.js';
import { renderApp } from '../testing/render-app.js';

/** A page, a text that shows that it is there, and the acts that it offers to an administrator. */
const PAGES: [path: string, shown: string, acts: string[]][] = [
  ['/sources', '128,440', ['新建', '新建密钥', '吊销', '删除']],
  ['/imports', '还没有导入记录。', ['导入文件']],
  ['/activation', '会员系统', ['新建', '删除']],
  ['/plugins', 'rfm.score', ['保存', '立即运行']],
  ['/quarantine', 'EVENT_TYPE_UNKNOWN', ['重放', '删除']],
];

async function buttonsOf(role: Role, path: string, shown: string): Promise<string[]> {
  renderApp(new MockApi({ role }), path);
  await screen.findAllByText(shown);
  return screen.getAllByRole('button').map((button) => button.textContent ?? '');
}

describe.each(PAGES)('%s', (path, shown, acts) => {
  it('offers its acts to an administrator', async () => {
    expect(await buttonsOf('admin', path, shown)).toEqual(expect.arrayContaining(acts));
  });

  it('shows a viewer no button of them', async () => {
    const buttons = await buttonsOf('viewer', path, shown);
    expect(buttons.filter((button) => acts.includes(button))).toEqual([]);
  });
});

it('leads administrators alone to users and tokens', async () => {
  renderApp(new MockApi({ role: 'viewer' }));
  await screen.findAllByText('概览');
  expect(screen.queryByText('用户与权限')).toBeNull();
  renderApp(new MockApi({ role: 'admin' }));
  expect(await screen.findByText('用户与权限')).toBeTruthy();
});
