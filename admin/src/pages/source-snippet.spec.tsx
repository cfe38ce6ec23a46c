import { expect, it } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import { MockApi } from '../testing/mock-api.js';
import { renderApp } from '../testing/render-app.js';

const aSource = (kind: string, keys: object[] = [], events = 0) => ({ id: 's1', title: '商城', kind, events, keys });

function setup(source: object, place: object = { port: 4101 }, role: 'admin' | 'viewer' = 'admin') {
  const state = { source };
  const api = new MockApi({
    role,
    routes: {
      'GET /sources': () => [state.source],
      'GET /sources/collector': () => place,
      'POST /sources/s1/keys': () => ({ id: 'k1', key: 'wk_0123', hint: 'wk_0' }),
    },
  });
  const user = renderApp(api, '/sources');
  const open = async (button: string) => {
    await user.click(await screen.findByText(button));
    return within(await screen.findByRole('dialog'));
  };
  return { user, open, state };
}

it('shows what to copy into a page, for the key that was just made', async () => {
  const { user, open } = setup(aSource('web'));
  const dialog = await open('新建密钥');
  const text = async () => (await dialog.findByText(/^<script>/)).textContent;
  expect(await text()).toContain('{"endpoint":"http://localhost:4101","writeKey":"wk_0123"}');
  await user.click(dialog.getByText('所有链接和按钮的点击'));
  await user.clear(dialog.getByLabelText('采集端地址'));
  expect(dialog.queryByText(/^<script>/)).toBeNull();
  await user.type(dialog.getByLabelText('采集端地址'), 'https://e.shop.cn/');
  expect(await text()).toContain('{"endpoint":"https://e.shop.cn","writeKey":"wk_0123","clicks":true}');
}, 60_000);

it('shows it again later, with the address that core was told', async () => {
  const { open } = setup(aSource('web', [{ id: 'k1', hint: 'wk_0', key: 'wk_0123' }]), {
    url: 'https://e.shop.cn',
    port: 1,
  });
  const dialog = await open('接入代码');
  const text = (await dialog.findByText(/^<script>/)).textContent;
  expect(text).toContain('{"endpoint":"https://e.shop.cn","writeKey":"wk_0123"}');
}, 60_000);

it.each([
  ['miniprogram', /^const \{ createPerennial/, "endpoint: 'http://localhost:4101',\n  writeKey: 'wk_0123',"],
  ['server', /^curl/, "curl -u 'wk_0123:' 'http://localhost:4101/v1/track'"],
  ['pos', /^curl/, "curl -u 'wk_0123:' 'http://localhost:4101/v1/track'"],
])(
  'for a source of kind %s shows the code of its kind',
  async (kind, begin, part) => {
    const { open } = setup(aSource(kind));
    const dialog = await open('新建密钥');
    expect((await dialog.findByText(begin)).textContent).toContain(part);
    expect(dialog.queryByText(/^<script>/)).toBeNull();
  },
  60_000,
);

it('says where a key cannot be shown again, and leaves its place free', async () => {
  const { open } = setup(aSource('web', [{ id: 'k1', hint: 'wk_0' }]), undefined, 'viewer');
  const dialog = await open('接入代码');
  expect((await dialog.findByText(/^<script>/)).textContent).toContain('"writeKey":"WRITE_KEY"');
  expect(dialog.getByText(/只保存了摘要/)).toBeTruthy();
}, 60_000);

it('waits for the first event, and says when it has come', async () => {
  const { open, state } = setup(aSource('web'));
  const dialog = await open('接入代码');
  expect(await dialog.findByText('等待第一个事件……')).toBeTruthy();
  state.source = { ...aSource('web', [], 1), lastAt: Date.now() };
  expect(await dialog.findByText(/已收到 1 个事件/, undefined, { timeout: 20_000 })).toBeTruthy();
}, 60_000);
