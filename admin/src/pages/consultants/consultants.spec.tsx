import { describe, expect, it } from '@jest/globals';
import type { AssignmentDetail, AssignmentRuleView, AssignmentView, ConsultantView } from '@perennial/contract';
import { screen, waitFor, within } from '@testing-library/react';
import { MockApi, problem } from '../../testing/mock-api.js';
import { renderApp } from '../../testing/render-app.js';
import { sayDuration } from './duration.js';

const MINUTE = 60_000;
const consultant = (more: Partial<ConsultantView>): ConsultantView => ({
  id: 'c_1',
  name: '林晓',
  shop: '上海',
  capacity: 4,
  isOnDuty: true,
  load: 2,
  isPresent: true,
  isMine: false,
  createdAt: 0,
  ...more,
});
const assignment = (more: Partial<AssignmentView>): AssignmentView => ({
  id: 1,
  profileId: 'p_7',
  displayName: '赵敏',
  ruleId: 'r_1',
  ruleTitle: '预约咨询',
  status: 'open',
  shop: '上海',
  consultantId: 'c_1',
  consultantName: '林晓',
  cause: { hook: 'event.applied', payload: { name: 'Consultation Booked' }, at: 0 },
  hops: 1,
  createdAt: Date.now() - 90 * MINUTE,
  dueAt: Date.now() - 30 * MINUTE,
  isOverdue: true,
  isMine: true,
  ...more,
});
const rule: AssignmentRuleView = {
  id: 'r_1',
  title: '预约咨询',
  cause: { on: 'event.applied', event: 'Consultation Booked' },
  strategy: 'by-shop',
  shopFrom: { trait: 'city' },
  fallback: 'anyone',
  slaMinutes: 30,
  maxHops: 2,
  withdraws: false,
  isEnabled: true,
  createdAt: 0,
  open: 2,
};
const { dueAt: _due, consultantId: _id, consultantName: _name, ...unheld } = assignment({});
const waiting: AssignmentView = {
  ...unheld,
  id: 2,
  displayName: '钱多',
  status: 'waiting',
  hops: 0,
  isOverdue: false,
};
const detail: AssignmentDetail = {
  ...assignment({}),
  acts: [
    { at: 0, kind: 'created', by: 'platform' },
    { at: 1, kind: 'given', by: 'platform', to: '林晓' },
    { at: 2, kind: 'closed', by: 'lin', from: '林晓', reason: 'won' },
  ],
};
const routes = {
  'GET /consultants': () => [consultant({ isMine: true }), consultant({ id: 'c_2', name: '苏然', load: 4 })],
  'GET /assignment-rules': () => [rule],
  'GET /assignments': () => ({ items: [assignment({}), waiting] }),
  'GET /assignments/1': () => detail,
  'GET /assignments/counts': () => ({ waiting: 1, open: 1, contacted: 0, overdue: 1 }),
  'GET /vocabulary': () => ({ events: [], traits: [{ key: 'city', people: 9 }], stages: [], kinds: [] }),
  'POST /assignments/1/contact': () => detail,
  'POST /assignments/1/reopen': () => detail,
  'POST /assignments/1/close': () => detail,
  'POST /assignments/1/hand-over': () => detail,
  'POST /assignments/2/take': () => detail,
};
const rowOf = async (name: string) => (await screen.findByText(name)).closest('tr')!;

describe('the consultants’ queue', () => {
  it('shows what is late, who waits, and what the operator may do', async () => {
    renderApp(new MockApi({ routes }), '/consultants');
    const late = within(await rowOf('赵敏'));
    expect(late.getByText('已超时')).toBeTruthy();
    expect(late.getByText(/超时 3\d:\d\d/)).toBeTruthy();
    expect(late.getByText('已转交 1 次')).toBeTruthy();
    const queued = within(await rowOf('钱多'));
    expect(queued.getByText(/已等 1:3\d:\d\d/)).toBeTruthy();
    expect(queued.getByRole('button', { name: '领取' })).toBeTruthy();
    expect(screen.getByText('全部未结 2')).toBeTruthy();
  });

  it('notes a contact and takes it back, closes with an amount, tells history and refusals', async () => {
    const full = () => problem(409, 'CONSULTANT_FULL', 'there is room for 0 more only');
    // What was contacted leaves the list, and comes back when that is undone.
    let isListed = true;
    const list = (next: boolean) => () => ((isListed = next), detail);
    const api = new MockApi({
      routes: {
        ...routes,
        'GET /assignments': () => ({ items: isListed ? [assignment({}), waiting] : [waiting] }),
        'POST /assignments/1/contact': list(false),
        'POST /assignments/1/reopen': list(true),
        'POST /assignments/2/take': full,
      },
    });
    const user = renderApp(api, '/consultants');
    await user.click(within(await rowOf('赵敏')).getByRole('button', { name: '已联系' }));
    expect(await screen.findByText('已记为已联系')).toBeTruthy();
    await waitFor(() => expect(screen.queryByText('赵敏')).toBeNull());
    await user.click(screen.getByRole('button', { name: '撤销' }));
    await waitFor(() => expect(api.made('POST /assignments/1/reopen')).toHaveLength(1));
    const late = within(await rowOf('赵敏'));

    await user.click(within(await rowOf('钱多')).getByRole('button', { name: '领取' }));
    expect(await screen.findByText(/已到上限/)).toBeTruthy();

    await user.click(late.getByRole('button', { name: '结束' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.type(dialog.getByLabelText('成交金额'), '880.5');
    await user.click(dialog.getAllByRole('button', { name: '结束' }).at(-1)!);
    await waitFor(() =>
      expect(api.made('POST /assignments/1/close')[0]?.body).toEqual({ result: 'won', amount: 880.5 }),
    );

    await user.click(late.getByRole('button', { name: '经过' }));
    expect(await screen.findByText('分配给 林晓')).toBeTruthy();
    expect(screen.getByText(/结束 · 成交/)).toBeTruthy();
  });

  it('says why the queue cannot be shown', async () => {
    const down = () => problem(409, 'DATABASE_UNAVAILABLE', 'the record database cannot be reached');
    renderApp(new MockApi({ routes: { ...routes, 'GET /assignments': down } }), '/consultants');
    expect(await screen.findByText(/数据库暂时无法连接/)).toBeTruthy();
    expect(screen.getByRole('button', { name: '重试' })).toBeTruthy();
  });

  it('says what to do where nobody works yet, and shows a viewer no act of an administrator', async () => {
    const nobody = { ...routes, 'GET /consultants': () => [], 'GET /assignments': () => ({ items: [] }) };
    renderApp(new MockApi({ role: 'viewer', routes: nobody }), '/consultants');
    expect(await screen.findByText('还没有顾问，请管理员添加。')).toBeTruthy();
  });
});

it('removes a consultant only with a place for what she has', async () => {
  const api = new MockApi({ routes: { ...routes, 'DELETE /consultants/c_1': () => undefined } });
  const user = renderApp(api, '/consultants');
  await user.click(await screen.findByRole('tab', { name: '顾问名单' }));
  await user.click(within(await rowOf('苏然')).getByRole('button', { name: '删除' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(dialog.getByText(/还有 4 位客户未结束/)).toBeTruthy();
  await user.click(dialog.getByRole('button', { name: '取消' }));
  await user.click(screen.getAllByRole('button', { name: '删除' })[0]!);
  await user.click(within((await screen.findAllByRole('dialog')).at(-1)!).getByRole('button', { name: '删除' }));
  await waitFor(() => expect(api.made('DELETE /consultants/c_1')[0]?.path).toContain('to=queue'));
});

it('shows the places that are wrong in a rule', async () => {
  const problems = [{ path: 'cause.to', code: 'X', message: { zh: '没有这个阶段', en: 'no such stage' } }];
  const refuse = () => problem(400, 'CONSULTANT_RULE_INVALID', 'not right', { problems });
  const api = new MockApi({ routes: { ...routes, 'PATCH /assignment-rules/r_1': refuse } });
  const user = renderApp(api, '/consultants');
  await user.click(await screen.findByRole('tab', { name: '分配规则' }));
  await user.click(within(await rowOf('预约咨询')).getByRole('button', { name: '编辑' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: '保存' }));
  expect(await dialog.findByText('没有这个阶段')).toBeTruthy();
  expect(api.made('PATCH /assignment-rules/r_1')[0]?.body).toMatchObject({
    shopFrom: { trait: 'city' },
    when: null,
    slaMinutes: 30,
  });
});

it('says a duration by its length', () => {
  expect([61_000, -3_661_000, 50 * 3_600_000].map((ms) => sayDuration(ms, '{n} d {h} h'))).toEqual([
    '01:01',
    '1:01:01',
    '2 d 2 h',
  ]);
});
