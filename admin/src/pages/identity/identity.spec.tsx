import { describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { MockApi, problem } from '../../testing/mock-api.js';
import {
  aConflict,
  aMember,
  anIdentity,
  aPhone,
  aSplit,
  aTrial,
  aQuality,
  someRules,
} from '../../testing/mock-identity.js';
import { renderApp } from '../../testing/render-app.js';

const routes = {
  'GET /profiles/p_7/identity': () => anIdentity,
  'POST /profiles/p_7/split/preview': () => aSplit,
  'POST /profiles/p_7/split': () => ({ actId: 'act_2', profiles: ['p_8', 'p_9'] }),
  'GET /identity/quality': () => aQuality,
  'GET /identity/conflicts': () => ({ items: [aConflict] }),
  [`POST /identity/conflicts/${aConflict.id}/settle`]: () => ({ ...aConflict, status: 'settled' }),
  'GET /identity/rules': () => someRules,
  'GET /identity/runs': () => ({ items: [] }),
  'GET /identity/runs/run_1': () => aTrial,
  'POST /identity/trials': () => aTrial,
  'POST /identity/rules': () => ({ ...aTrial, kind: 'apply', status: 'running' }),
  'GET /identity/hubs': () => ({ items: [] }),
};

async function openProfile(more = {}) {
  const api = new MockApi({ routes: { ...routes, ...more } });
  const user = renderApp(api, '/profiles/p_7');
  await user.click(await screen.findByRole('tab', { name: '身份' }));
  await screen.findByText('关联依据');
  return { api, user };
}

async function openTab(name: string, more = {}) {
  const api = new MockApi({ routes: { ...routes, ...more } });
  const user = renderApp(api, '/identity');
  await user.click(await screen.findByRole('tab', { name }));
  return { api, user };
}

describe('the identity of a profile', () => {
  it('shows what a split would give, and does it only with a reason', async () => {
    const { api, user } = await openProfile();
    await user.click(screen.getByRole('button', { name: '解除关联' }));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('第 2 人');
    await user.click(within(dialog).getByRole('button', { name: '确认拆分' }));
    expect(await within(dialog).findByText('请写明原因')).toBeTruthy();
    expect(api.made('POST /profiles/p_7/split')).toHaveLength(0);
    await user.type(within(dialog).getByLabelText('原因（会写入操作记录）'), '两位客人');
    await user.click(within(dialog).getByRole('button', { name: '确认拆分' }));
    await waitFor(() => expect(api.made('POST /profiles/p_7/split')).toHaveLength(1));
    expect(api.made('POST /profiles/p_7/split')[0]?.body).toEqual({
      link: { a: aMember.id, b: aPhone.id },
      reason: '两位客人',
    });
    expect(await screen.findByText('已拆分为 2 个档案')).toBeTruthy();
  });

  it('says so when one link is not what holds them together, and offers no split', async () => {
    const { user } = await openProfile({
      'POST /profiles/p_7/split/preview': () => ({ parts: [aSplit.parts[0]], remaining: [] }),
    });
    await user.click(screen.getByRole('button', { name: '解除关联' }));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText(/还有其他依据/);
    expect(within(dialog).getByRole('button', { name: '确认拆分' }).hasAttribute('disabled')).toBe(true);
  });

  it('explains a limit that a merge would break, and merges only when told to all the same', async () => {
    const broken = problem(409, 'IDENTITY_LIMIT_BROKEN', 'too many', { kinds: ['user_id'] });
    const { api, user } = await openProfile({
      'GET /profiles': () => ({ items: [aConflict.other] }),
      'POST /profiles/merge': ({ body }: { body: unknown }) =>
        (body as { isForced: boolean }).isForced ? { actId: 'act_3', profiles: ['p_7'] } : broken,
    });
    await user.click(screen.getByRole('button', { name: '与其他档案合并' }));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByPlaceholderText(/另一位客户/), '13800000000{Enter}');
    await user.click(await within(dialog).findByText('王敏'));
    await user.type(within(dialog).getByLabelText('原因（会写入操作记录）'), '同一人');
    await user.click(within(dialog).getByRole('button', { name: '确认合并' }));
    await within(dialog).findByText(/同类标识会超过上限/);
    await user.click(within(dialog).getByLabelText('超出标识上限，仍要合并'));
    await user.click(within(dialog).getByRole('button', { name: '确认合并' }));
    await waitFor(() => expect(api.made('POST /profiles/merge').at(-1)?.body).toMatchObject({ isForced: true }));
  });

  it('shows plain values only with a reason', async () => {
    const reveal = 'POST /profiles/p_7/identifiers/reveal';
    const api = new MockApi({
      routes: {
        ...routes,
        [reveal]: () => [{ kind: 'phone', title: { zh: '手机号', en: 'Phone' }, value: '+8619900000333' }],
      },
    });
    const user = renderApp(api, '/profiles/p_7');
    await user.click(await screen.findByRole('button', { name: '显示明文' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: '显示明文' }));
    expect(api.made(reveal)).toHaveLength(0);
    await user.type(within(dialog).getByLabelText('原因（会写入操作记录）'), '回访');
    await user.click(within(dialog).getByRole('button', { name: '显示明文' }));
    expect(await screen.findByText('+8619900000333')).toBeTruthy();
    expect(api.made(reveal)[0]?.body).toEqual({ reason: '回访' });
  });

  it('shows a viewer the graph and nothing to change it with', async () => {
    const user = renderApp(new MockApi({ role: 'viewer', routes }), '/profiles/p_7');
    await user.click(await screen.findByRole('tab', { name: '身份' }));
    await screen.findByText('关联依据');
    expect(screen.queryByRole('button', { name: '解除关联' })).toBeNull();
    expect(screen.queryByRole('button', { name: '撤销' })).toBeNull();
  });
});

describe('identity as a whole', () => {
  it('says which source to mend first', async () => {
    await openTab('质量看板');
    expect(await screen.findByText(/540 个事件没有可识别的人/)).toBeTruthy();
  });

  it('settles a conflict by keys, with a reason', async () => {
    const { api, user } = await openTab('冲突');
    await screen.findByText(/199\*\*\*\*33 同时属于两个人/);
    await user.keyboard('1');
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByLabelText('原因（会写入操作记录）'), '母女');
    await user.click(within(dialog).getByRole('button', { name: /保\s?存/ }));
    const settled = `POST /identity/conflicts/${aConflict.id}/settle`;
    await waitFor(() => expect(api.made(settled)[0]?.body).toEqual({ decision: 'apart', reason: '母女' }));
  });

  it('puts rules in force only after a trial of exactly these', async () => {
    const { api, user } = await openTab('规则');
    const inForce = async () => (await screen.findByRole('button', { name: '启用这些规则' })).hasAttribute('disabled');
    const limit = await screen.findByLabelText('phone 每人上限');
    expect(await inForce()).toBe(true);
    await user.clear(limit);
    await user.type(limit, '2{Tab}');
    expect(await screen.findByText('改动 1 项')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: '在历史上试算' }));
    expect(await screen.findByText('会被拆开的人')).toBeTruthy();
    await waitFor(async () => expect(await inForce()).toBe(false));
    await user.clear(limit);
    await user.type(limit, '1{Tab}');
    expect(await screen.findByText(/请重新试算/)).toBeTruthy();
    expect(await inForce()).toBe(true);
    expect(api.made('POST /identity/trials')[0]?.body).toMatchObject({
      rules: { kinds: [{ key: 'user_id' }, { key: 'phone', perProfile: 2 }] },
    });
  });

  it('shows the words that are nobody, takes one out and adds one, each with a reason', async () => {
    const { api, user } = await openTab('规则');
    expect(await screen.findByText('游客')).toBeTruthy();
    await user.click(screen.getByLabelText('移出 游客'));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByLabelText('原因（会写入操作记录）'), '有会员叫这个');
    await user.click(within(dialog).getByRole('button', { name: /移\s?出/ }));
    await user.type(screen.getByLabelText('值，如 门店公用'), 'POS-…-X');
    await user.type(screen.getByLabelText('原因'), '收银机共用{Enter}');
    expect(await screen.findByText('改动 2 项')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: '在历史上试算' }));
    await waitFor(() =>
      expect(api.made('POST /identity/trials')[0]?.body).toMatchObject({
        rules: {
          nobody: {
            added: [{ value: 'POS-…-X', reason: '收银机共用' }],
            removed: [{ value: '游客', reason: '有会员叫这个' }],
          },
        },
      }),
    );
  });
});
