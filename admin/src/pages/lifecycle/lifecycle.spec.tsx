import type { LifecycleBoard, LifecycleDefinition, LifecyclePreview } from '@perennial/contract';
import { describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { MockApi, problem } from '../../testing/mock-api.js';
import { renderApp } from '../../testing/render-app.js';

const lifecycle: LifecycleDefinition = {
  key: 'default',
  title: { zh: '客户生命周期', en: 'Lifecycle' },
  version: 3,
  initial: 'potential',
  stages: [
    { key: 'new', title: { zh: '新客', en: 'New' }, when: { tag: 'orders', test: { op: 'gte', value: 1 } } },
    { key: 'potential', title: { zh: '潜客', en: 'Potential' } },
  ],
};
const board: LifecycleBoard = {
  days: ['2026-11-23', '2026-11-24'],
  stages: [
    { stage: 'new', people: 40, subStages: {}, entered: 7, left: 2, trend: [35, 40] },
    { stage: 'potential', people: 60, subStages: {}, entered: 9, left: 7, trend: [58, 60] },
  ],
  flows: [],
};
const preview: LifecyclePreview = {
  now: {
    before: { new: 40, potential: 60 },
    after: { new: 30, potential: 70 },
    moving: 10,
    flows: [{ from: 'new', to: 'potential', people: 10, examples: ['p_7'] }],
  },
  history: { people: 50, of: 100, months: [], movesBefore: 5, movesAfter: 4 },
  ms: 12,
};
const routes = {
  'GET /lifecycles': () => [lifecycle],
  'GET /lifecycles/default': () => ({ definition: lifecycle, words: {}, versions: [] }),
  'GET /lifecycles/default/board': () => board,
  'GET /tags': () => [],
  'GET /audiences': () => [],
  'GET /vocabulary': () => ({ events: [], traits: [], stages: [], kinds: [] }),
  'POST /lifecycles/preview': () => preview,
};

describe('the lifecycle page', () => {
  it('shows who stands where, and who came and went', async () => {
    renderApp(new MockApi({ routes }), '/lifecycle');
    const card = (await screen.findByRole('link', { name: '新客' })).closest<HTMLElement>('.ant-card')!;
    expect(within(card).getByText('40')).toBeTruthy();
    expect(within(card).getByText('40.0%')).toBeTruthy();
    expect(within(card).getByText('流入 +7')).toBeTruthy();
  });

  it('tells what a version would do, and lets a stage go only when that is confirmed', async () => {
    const standing = () =>
      problem(409, 'LIFECYCLE_STAGE_IN_USE', 'people stand in new (40)', {
        standing: [{ stage: 'new', people: 40 }],
      });
    const put = ({ body }: { body: unknown }) =>
      (body as { letGo: string[] }).letGo.length === 0
        ? standing()
        : { definition: lifecycle, words: {}, versions: [] };
    const api = new MockApi({ routes: { ...routes, 'PUT /lifecycles/default': put } });
    const user = renderApp(api, '/lifecycle');
    await user.click(await screen.findByRole('tab', { name: '规则' }));
    await user.click(await screen.findByRole('button', { name: /试\s?算/ }));
    expect(await screen.findByRole('link', { name: 'p_7' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /发\s?布/ }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText('新客：40 人')).toBeTruthy();
    expect(within(dialog).getByText(/取消可保留该阶段/)).toBeTruthy();
    await user.click(within(dialog).getAllByRole('button').at(-1)!);
    await waitFor(() => expect(api.made('PUT /lifecycles/default')).toHaveLength(2));
    expect(api.made('PUT /lifecycles/default')[1]?.body).toMatchObject({
      expectedVersion: 3,
      letGo: ['new'],
      isTold: false,
    });
  });

  it('restores an earlier version after telling how many that moves, and whether it is exact', async () => {
    const at = Date.now();
    const versions = [
      { version: 3, at, by: '李', note: '' },
      { version: 2, at, by: '王', note: '双十一前', keptUntil: at + 86_400_000 },
    ];
    const detail = { definition: lifecycle, words: {}, versions };
    const api = new MockApi({
      routes: {
        ...routes,
        'GET /lifecycles/default': () => detail,
        'GET /lifecycles/default/versions/2/restore': () => ({ isExact: true, ...preview.now }),
        'POST /lifecycles/default/restore': () => detail,
      },
    });
    const user = renderApp(api, '/lifecycle');
    await user.click(await screen.findByRole('tab', { name: '版本' }));
    expect(await screen.findByText(/可完全恢复至/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: '恢复' }));
    const dialog = await screen.findByRole('dialog');
    expect(await within(dialog).findByText(/^完全恢复：/)).toBeTruthy();
    expect(within(dialog).getByRole('link', { name: 'p_7' })).toBeTruthy();
    await user.click(within(dialog).getAllByRole('button').at(-1)!);
    await waitFor(() => expect(api.made('POST /lifecycles/default/restore')).toHaveLength(1));
    expect(api.made('POST /lifecycles/default/restore')[0]?.body).toEqual({ version: 2, expectedVersion: 3, note: '' });
  });

  it('gives a stage guards, ways and a playbook, and undoes it', async () => {
    const api = new MockApi({ routes });
    const user = renderApp(api, '/lifecycle');
    await user.click(await screen.findByRole('tab', { name: '规则' }));
    const [first] = await screen.findAllByRole('button', { name: '门禁' });
    await user.click(first!);
    await user.click(screen.getByRole('button', { name: /添加门禁/ }));
    await user.type(screen.getByPlaceholderText(/挡住时的说明/), '护理期');
    await user.click(screen.getAllByRole('button', { name: '运营手册' })[0]!);
    await user.click(screen.getByRole('button', { name: /添加动作/ }));
    await user.click(screen.getByRole('button', { name: /添加阶段/ }));
    await user.click(screen.getByRole('button', { name: /撤\s?销/ }));
    await user.click(screen.getByRole('button', { name: /试\s?算/ }));
    await waitFor(() => expect(api.made('POST /lifecycles/preview')).toHaveLength(1));
    const { definition } = api.made('POST /lifecycles/preview')[0]!.body as { definition: LifecycleDefinition };
    expect(definition.stages.map(({ key }) => key)).toEqual(['new', 'potential']);
    expect(definition.stages[0]).toMatchObject({
      guards: [{ key: 'guard_1', message: { zh: '护理期', en: '护理期' } }],
      playbook: { actions: [{ zh: '', en: '' }] },
    });
  });

  it('names the places that are wrong', async () => {
    const problems = [{ path: 'stages.0.when', code: 'X', message: { zh: '没有进入条件', en: 'no condition' } }];
    const refuse = () => problem(400, 'LIFECYCLE_DEFINITION_INVALID', 'not right', { problems });
    const user = renderApp(new MockApi({ routes: { ...routes, 'POST /lifecycles/preview': refuse } }), '/lifecycle');
    await user.click(await screen.findByRole('tab', { name: '规则' }));
    await user.click(await screen.findByRole('button', { name: /试\s?算/ }));
    expect(await screen.findByText('新客·进入条件：没有进入条件')).toBeTruthy();
  });
});
