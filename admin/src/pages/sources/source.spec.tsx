import { defaultPolicy, type FindingView, type LearnedPlan, type SourcePolicy } from '@perennial/contract';
import { describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { MockApi, problem } from '../../testing/mock-api.js';
import { renderApp } from '../../testing/render-app.js';

const finding: FindingView = {
  code: 'PLAN_PROPERTY_INVALID',
  event: '下单',
  path: 'total',
  expected: 'a number',
  found: 'text of 5',
  count: 1234,
  lastAt: Date.now(),
  days: [0, 0, 0, 0, 0, 234, 1000],
};
const learned: LearnedPlan = {
  plan: {
    mode: 'observe',
    events: [{ name: 'Paid', properties: [{ path: 'total', type: 'number', isRequired: true }] }],
  },
  events: [{ name: 'Paid', count: 60 }],
  looked: 60,
};

function setup({
  policy = {},
  role = 'admin',
  save,
}: { policy?: Partial<SourcePolicy>; role?: 'admin' | 'viewer'; save?: () => unknown } = {}) {
  let stored = { ...defaultPolicy('web'), revision: 3, updatedBy: '李娜', ...policy };
  const api = new MockApi({
    role,
    routes: {
      'GET /sources/web/settings': () => stored,
      'PUT /sources/web/settings': ({ body }) => {
        const put = body as { policy: SourcePolicy; revision: number };
        return save?.() ?? (stored = { ...put.policy, revision: put.revision + 1, updatedBy: 'lin' });
      },
      'GET /sources/web/findings': () => [finding],
      'POST /sources/web/plan/learn': () => learned,
    },
  });
  const user = renderApp(api, '/sources/web');
  const tab = async (name: string) => user.click(await screen.findByRole('tab', { name }));
  const sent = () =>
    api.made('PUT /sources/web/settings').map(({ body }) => body as { policy: SourcePolicy; revision: number });
  const saveButton = () => screen.getByRole('button', { name: /保\s?存/ });
  return { api, user, tab, sent, saveButton };
}

describe('the page of a source', () => {
  it('saves settings over the revision that was seen, makes an origin of an address, and undoes', async () => {
    const { user, tab, sent, saveButton } = setup();
    await tab('接入设置');
    await user.click(await screen.findByRole('combobox'));
    await user.paste('https://Shop.example.com/cart?x=1 ');
    await user.click(screen.getByRole('switch', { name: '限速（每个密钥）' }));
    await user.click(saveButton());
    expect(await screen.findByText('已保存为第 4 版，数秒内在采集端生效。')).toBeTruthy();
    expect(sent()[0]).toEqual({
      policy: { ...defaultPolicy('web'), origins: ['https://shop.example.com'], rate: null },
      revision: 3,
    });
    await user.click(screen.getByRole('button', { name: /撤\s?销/ }));
    await waitFor(() => expect(sent()[1]).toEqual({ policy: defaultPolicy('web'), revision: 4 }));
    expect(await screen.findByText(/已撤销/)).toBeTruthy();
  });

  it('says in words that somebody else was first, and keeps what was typed', async () => {
    const { user, tab, saveButton } = setup({ save: () => problem(409, 'SOURCE_SETTINGS_CHANGED', 'changed') });
    await tab('接入设置');
    await user.click(await screen.findByRole('switch', { name: '补充访客环境' }));
    await user.click(saveButton());
    expect(await screen.findByText(/设置已被他人修改/)).toBeTruthy();
    expect(screen.getByText('有未保存的修改')).toBeTruthy();
  });

  it('learns a plan, edits an event of it, and asks before it blocks', async () => {
    const { user, tab, sent, saveButton } = setup({ policy: { plan: { mode: 'block', events: [] } } });
    await tab('埋点方案');
    expect(await screen.findByText(/方案还是空的/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: '从数据学习' }));
    await user.click(await screen.findByRole('button', { name: /读\s?取/ }));
    await user.click(await screen.findByRole('button', { name: '加入方案（1）' }));
    await user.click(await screen.findByRole('button', { name: 'Paid' }));
    const drawer = await screen.findByRole('dialog');
    await user.click(within(drawer).getByRole('switch', { name: '只允许列出的属性' }));
    await user.click(within(drawer).getByRole('button', { name: /确\s?定/ }));
    await user.click(saveButton());
    expect(await screen.findByText(/近 7 天有 1,234 条偏差/)).toBeTruthy();
    const buttons = screen.getAllByRole('button', { name: /确\s?定|OK/ });
    await user.click(buttons.at(-1)!);
    await waitFor(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]!.policy.plan.events).toEqual([{ ...learned.plan.events[0], isClosed: true }]);
  });

  it('imports a plan, and says when the file is none', async () => {
    const { user, tab } = setup();
    await tab('埋点方案');
    await screen.findByText(/方案还是空的/);
    const input = () => document.querySelector<HTMLInputElement>('input[type=file]')!;
    await user.upload(input(), new File(['{"x":1}'], 'a.json', { type: 'application/json' }));
    expect(await screen.findByText(/文件不是埋点方案/)).toBeTruthy();
    await user.upload(
      input(),
      new File([JSON.stringify({ events: [{ name: '收藏', properties: [] }] })], 'b.json', {
        type: 'application/json',
      }),
    );
    expect(await screen.findByRole('button', { name: '收藏' })).toBeTruthy();
  });

  it('adds a scrubbing rule for what and for where', async () => {
    const { user, tab, sent, saveButton } = setup();
    await tab('脱敏规则');
    await user.click(await screen.findByRole('button', { name: '+ 手机号' }));
    await user.click(screen.getByRole('button', { name: '+ 指定位置' }));
    await user.click(screen.getByRole('textbox', { name: '路径' }));
    await user.paste('traits.name');
    await user.click(saveButton());
    await waitFor(() => expect(sent()).toHaveLength(1));
    expect(sent()[0]!.policy.scrub).toEqual([
      { pattern: 'phone', action: 'mask' },
      { path: 'traits.name', action: 'drop' },
    ]);
  });

  it('shows what was not as planned; who may only look changes nothing', async () => {
    const { tab } = setup({ role: 'viewer', policy: { plan: { mode: 'observe', events: [] } } });
    await tab('方案偏差');
    expect(await screen.findByText('文本，5 字')).toBeTruthy();
    expect(screen.getByText('属性值不符合方案')).toBeTruthy();
    await tab('接入设置');
    expect(screen.queryByRole('button', { name: /保\s?存/ })).toBeNull();
  });
});
