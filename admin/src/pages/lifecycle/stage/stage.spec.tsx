import type { LifecycleDetail, StageDetail } from '@perennial/contract';
import { describe, expect, it } from '@jest/globals';
import { screen, within } from '@testing-library/react';
import { MockApi, problem } from '../../../testing/mock-api.js';
import { renderApp } from '../../../testing/render-app.js';

const text = (zh: string) => ({ zh, en: zh });
const lifecycle: LifecycleDetail = {
  definition: {
    key: 'default',
    title: text('客户生命周期'),
    version: 3,
    initial: 'potential',
    stages: [
      {
        key: 'new',
        title: text('新客'),
        when: { tag: 'orders', test: { op: 'gte', value: 1 } },
        guards: [{ key: 'g', veto: { all: [] }, message: text('术后一周不算') }],
        playbook: {
          goal: text('促成第二次购买'),
          actions: [text('第三天指导')],
          indicators: [
            { title: text('复购率'), outcome: { to: ['loyal'], as: 'share' } },
            { title: text('最近购买'), tag: 'last' },
            { title: text('品类'), tag: 'category' },
            { title: text('口碑') },
          ],
        },
      },
      { key: 'potential', title: text('潜客') },
    ],
  },
  words: { new: text('累计购买 至少 1') },
  versions: [],
};
const detail: StageDetail = {
  stage: 'new',
  people: 40,
  total: 160,
  subStages: {},
  days: ['2026-11-23', '2026-11-24'],
  trend: [35, 40],
  from: [{ stage: 'potential', moves: 7 }],
  to: [],
  dwell: { ended: 3, open: 37, quantiles: [1, 2, 3.25, 4, 5] },
  indicators: [
    { kind: 'share', share: 0.25, of: 12 },
    { kind: 'days', people: 9, quantiles: [1, 2.5, 4] },
    { kind: 'values', people: 9, top: [{ value: 'skin', title: text('护肤'), people: 6 }] },
    { kind: 'untold' },
  ],
};
const routes = {
  'GET /lifecycles/default': () => lifecycle,
  'GET /lifecycles/default/stages/new': () => detail,
};

describe('the page of a stage', () => {
  it('tells its people, its ways, its rules, and what its indicators say', async () => {
    renderApp(new MockApi({ routes }), '/lifecycle/default/new');
    expect(await screen.findByText('促成第二次购买')).toBeTruthy();
    for (const said of ['25.0%', '3.3', '25% / 12', '2.5 天', '护肤 6', '没有标签或流转给出这个指标', '术后一周不算'])
      expect(screen.getAllByText(said, { exact: false }).length).toBeGreaterThan(0);
    const from = screen.getByText('从哪里来（次）').closest<HTMLElement>('.ant-card')!;
    expect(within(from).getByRole('link', { name: '潜客' }).getAttribute('href')).toBe('/lifecycle/default/potential');
    expect(screen.getByText('这段时间没有流转。')).toBeTruthy();
    expect(screen.getByText('查看这些客户').closest('a')?.getAttribute('href')).toBe(
      '/profiles?lifecycle=default&stage=new',
    );
  });

  it('says so when there is no such stage', async () => {
    renderApp(new MockApi({ routes }), '/lifecycle/default/nowhere');
    expect(await screen.findByText('没有这个阶段')).toBeTruthy();
  });

  it('says so when it cannot be read, and reads again', async () => {
    let isDown = true;
    const stage = () => (isDown ? problem(400, 'INGEST_BEHIND', 'behind') : detail);
    const user = renderApp(
      new MockApi({ routes: { ...routes, 'GET /lifecycles/default/stages/new': stage } }),
      '/lifecycle/default/new',
    );
    const retry = await screen.findByRole('button', { name: '重试' });
    isDown = false;
    await user.click(retry);
    expect(await screen.findByText('促成第二次购买')).toBeTruthy();
  });
});
