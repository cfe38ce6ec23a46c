import type { ParityAsk, ParityResult, SourceView } from '@perennial/contract';
import { expect, it } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import { MockApi, problem } from '../../testing/mock-api.js';
import { aSource } from '../../testing/mock-data.js';
import { renderApp } from '../../testing/render-app.js';

const figures = (old: number, ours: number) => ({
  old: { events: old, people: 3, users: 2 },
  ours: { events: ours, people: 3, users: 2 },
  difference: old === 0 ? null : (ours - old) / old,
  isFlagged: old !== ours,
});
const result: ParityResult = {
  total: figures(1_100, 1_000),
  days: [{ day: '2026-11-01', ...figures(1_100, 1_000) }],
  events: [
    {
      names: { old: 'pay', ours: 'Paid' },
      ...figures(1_000, 900),
      days: [{ day: '2026-11-01', ...figures(1_000, 900) }],
    },
    { names: { old: 'Same', ours: 'Same' }, ...figures(100, 100), days: [{ day: '2026-11-01', ...figures(100, 100) }] },
  ],
  unpaired: { old: [{ name: '旧名', count: 7 }], ours: [{ name: '新名', count: 8 }] },
  refused: [{ line: 9, message: { zh: '日期应形如 2026-11-23', en: 'no day' } }],
};

async function compared(answer: () => unknown) {
  const other: SourceView = { ...aSource, id: 'old', title: '旧站' };
  const api = new MockApi({ routes: { 'GET /sources': () => [aSource, other], 'POST /parity': answer } });
  const user = renderApp(api, '/parity');
  expect(await screen.findByText(/选择两边与时段/)).toBeTruthy();
  const choose = async (name: string, option: string) => {
    await user.click(screen.getByRole('combobox', { name }));
    // Lists of selects that were opened before stay in the page.
    await user.click((await screen.findAllByTitle(option)).at(-1)!);
  };
  await choose('旧埋点', '旧站');
  await choose('新埋点', '官网');
  await user.click(screen.getByRole('button', { name: /比\s?较/ }));
  return { api, user, choose };
}

it('compares event by event, flags what differs, and pairs other names', async () => {
  const { api, user, choose } = await compared(() => result);
  expect(await screen.findByText('pay → Paid')).toBeTruthy();
  expect(screen.getByText('-10.0%')).toBeTruthy();
  expect(screen.getByText('1 个事件超过阈值')).toBeTruthy();
  expect(screen.getByText(/1 行无法识别： 9:/)).toBeTruthy();
  await user.click(screen.getByRole('switch', { name: '只看超过阈值的' }));
  expect(screen.queryByText('Same')).toBeNull();
  await choose('未配对的名称 旧埋点', '旧名 · 7');
  await choose('未配对的名称 新埋点', '新名 · 8');
  await user.click(screen.getByRole('button', { name: /^配\s?对$/ }));
  await waitFor(() => expect(api.made('POST /parity')).toHaveLength(2));
  const [first, second] = api.made('POST /parity').map(({ body }) => body as ParityAsk);
  expect(first).toMatchObject({ old: { sourceId: 'old' }, oursId: 'web', threshold: 0.05 });
  expect(second!.pairs).toEqual([
    { old: 'pay', ours: 'Paid' },
    { old: 'Same', ours: 'Same' },
    { old: '旧名', ours: '新名' },
  ]);
});

it('says in words why it cannot compare', async () => {
  await compared(() => problem(400, 'PARITY_PERIOD_INVALID', 'the period may have 1 to 92 days'));
  expect(await screen.findByText(/时间段应为 1 到 92 天/)).toBeTruthy();
});
