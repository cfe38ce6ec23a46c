import { expect, it } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import { MockApi } from '../testing/mock-api.js';
import { renderApp } from '../testing/render-app.js';

const [NOW, AHEAD] = [Date.parse('2026-06-01T00:00:00Z'), Date.parse('2027-07-06T00:00:00Z')];
const apiWith = (clock: object, role: 'admin' | 'viewer' = 'admin') =>
  new MockApi({
    role,
    routes: {
      'GET /clock': () => ({ takingBack: { isRunning: false, done: 0, left: 0 }, ...clock }),
      'POST /clock/agree': () => undefined,
      'POST /clock/take-back': () => undefined,
    },
  });
const confirm = async (user: ReturnType<typeof renderApp>, name: RegExp) => {
  await user.click(await screen.findByRole('button', { name }));
  await user.click(await screen.findByRole('button', { name: /确\s*定|OK/ }));
};

it('says that the server’s clock jumped, and takes an administrator’s word', async () => {
  const api = apiWith({ state: 'ahead', wall: AHEAD, expected: NOW });
  const user = renderApp(api, '/');
  expect(await screen.findByText(/服务器时间突然变快：现在显示 2027/)).toBeTruthy();
  await confirm(user, /时间正确/);
  await waitFor(() => expect(api.made('POST /clock/agree')).toHaveLength(1));
});

it('offers to take back what was done by a clock that was ahead', async () => {
  const api = apiWith({ state: 'right', wall: NOW, expected: NOW, agreedAhead: AHEAD });
  const user = renderApp(api, '/');
  await confirm(user, /撤\s*回/);
  await waitFor(() => expect(api.made('POST /clock/take-back')).toHaveLength(1));
});

it('shows others the sentence alone, and nobody anything while all is well', async () => {
  renderApp(apiWith({ state: 'behind', wall: NOW, expected: AHEAD }, 'viewer'), '/');
  expect(await screen.findByText(/服务器时间变慢/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: /时间正确/ })).toBeNull();
});
