import { describe, expect, it } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import { MockApi, problem } from '../testing/mock-api.js';
import { renderApp } from '../testing/render-app.js';

const search = () => screen.findByPlaceholderText(/按 \/ 聚焦/);

describe('finding a person', () => {
  it('takes an identifier after `/`, and shows whose it is', async () => {
    const api = new MockApi();
    const user = renderApp(api, '/profiles');
    const input = await search();
    await user.keyboard('/');
    expect(document.activeElement).toBe(input);
    await user.type(input, '19900000333{Enter}');
    expect((await screen.findByText(/赵敏/)).closest('a')?.getAttribute('href')).toBe('/profiles/p_7');
    await waitFor(() => expect(api.made('POST /profiles/search').at(-1)?.body).toEqual({ text: '19900000333' }));
    expect(window.location.href).not.toContain('19900000333');
    expect(screen.getByText('1,204')).toBeTruthy();
  });

  it('says so when nobody has it', async () => {
    const user = renderApp(new MockApi(), '/profiles');
    await user.type(await search(), 'nobody{Enter}');
    expect(await screen.findByText('没有找到匹配的客户。')).toBeTruthy();
  });

  it('says what failed, and reads again when asked', async () => {
    let isDown = true;
    const list = () => (isDown ? problem(400, 'INGEST_BEHIND', 'behind') : { items: [] });
    const user = renderApp(new MockApi({ routes: { 'GET /profiles': list } }), '/profiles');
    expect(await screen.findByText(/处理暂时落后/)).toBeTruthy();
    isDown = false;
    await user.click(screen.getByRole('button', { name: '重试' }));
    expect(await screen.findByText(/还没有客户/)).toBeTruthy();
  });
});
