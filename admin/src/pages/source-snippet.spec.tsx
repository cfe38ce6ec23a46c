import { expect, it } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import { MockApi } from '../testing/mock-api.js';
import { renderApp } from '../testing/render-app.js';

it('shows what to copy into a page, for the key that was just made', async () => {
  const api = new MockApi({
    routes: {
      'GET /sources': () => [{ id: 's1', title: '商城', kind: 'web', events: 0, keys: [] }],
      'POST /sources/s1/keys': () => ({ id: 'k1', key: 'wk_0123', hint: 'wk_0' }),
    },
  });
  const user = renderApp(api, '/sources');
  await user.click(await screen.findByText('新建密钥'));
  const dialog = within(await screen.findByRole('dialog'));
  const text = () => dialog.getByText(/^<script>/).textContent;
  expect(text()).toContain('{"endpoint":"http://localhost:3001","writeKey":"wk_0123"}');
  await user.click(dialog.getByText('所有链接和按钮的点击'));
  await user.clear(dialog.getByLabelText('采集端地址'));
  expect(dialog.queryByText(/^<script>/)).toBeNull();
  await user.type(dialog.getByLabelText('采集端地址'), 'https://e.shop.cn/');
  expect(text()).toContain('{"endpoint":"https://e.shop.cn","writeKey":"wk_0123","clicks":true}');
});
