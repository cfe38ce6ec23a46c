import type { ShelfItem, TagListItem } from '@perennial/contract';
import { describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { MockApi, problem } from '../../testing/mock-api.js';
import { renderApp } from '../../testing/render-app.js';

const tag = (key: string, rest: Partial<TagListItem> = {}): TagListItem => ({
  key,
  title: { zh: `标签${key}`, en: key },
  category: 'behaviour',
  valueType: 'number',
  computation: { kind: 'aggregate', event: { names: ['Order Completed'] }, measure: 'count' },
  scenario: { zh: '用途', en: 'use' },
  owner: 'li',
  onUnmatched: 'empty',
  version: 1,
  people: 1_200,
  usedBy: 0,
  idleDays: 12,
  ...rest,
});
const item = (key: string, industries?: string[], isPublished = false): ShelfItem => ({
  definition: { ...tag(key), ...(industries && { industries }) },
  words: { zh: '怎样算', en: 'how' },
  isPublished,
  needs: [],
});
const routes = {
  'GET /tags': () => [tag('orders'), tag('spend')],
  'GET /audiences': () => [],
  'GET /vocabulary': () => ({ events: [], traits: [], stages: [], kinds: [] }),
};

describe('the library of tags', () => {
  it('shows what is for an industry, and takes what is chosen', async () => {
    const api = new MockApi({
      routes: {
        ...routes,
        'GET /tags/library': () => [
          item('hour'),
          item('intent', ['medical_aesthetics']),
          item('taken', ['beauty'], true),
        ],
        'POST /tags/library': () => ({ published: ['intent'] }),
      },
    });
    const user = renderApp(api, '/tags');
    await user.click(await screen.findByRole('button', { name: '标签库' }));
    const drawer = await screen.findByRole('dialog');
    await within(drawer).findByText('标签hour');
    await user.click(within(drawer).getByText('医美'));
    expect(within(drawer).queryByText('标签hour')).toBeNull();
    await user.click(within(within(drawer).getByText('标签intent').closest('tr')!).getByRole('checkbox'));
    await user.click(within(drawer).getByRole('button', { name: '启用所选（1）' }));
    await waitFor(() => expect(api.made('POST /tags/library')[0]?.body).toEqual({ keys: ['intent'] }));
    await user.click(within(drawer).getByText('美妆'));
    expect(
      within(
        within(drawer)
          .getByText(/标签taken/)
          .closest('tr')!,
      ).getByRole('checkbox'),
    ).toHaveProperty('disabled', true);
  });
});

describe('editing a tag', () => {
  const written = async (put: () => unknown) => {
    const api = new MockApi({ routes: { ...routes, 'PUT /tags/vip': put, 'GET /tags/vip': () => undefined } });
    const user = renderApp(api, '/tags/new');
    await user.type((await screen.findAllByRole('textbox'))[0]!, 'vip');
    await user.click(screen.getByText('统计行为'));
    await user.click(await screen.findByTitle('手工设置'));
    await user.click(screen.getByRole('button', { name: /添加一个值/ }));
    await user.type(screen.getByPlaceholderText('中文'), '贵宾');
    await user.click(screen.getByRole('button', { name: /发\s?布/ }));
    return api;
  };

  it('publishes what was put together in the form', async () => {
    const api = await written(() => ({ definition: tag('vip') }));
    await waitFor(() => expect(api.made('PUT /tags/vip')).toHaveLength(1));
    expect(api.made('PUT /tags/vip')[0]?.body).toMatchObject({
      expectedVersion: 0,
      definition: {
        key: 'vip',
        valueType: 'enum',
        computation: { kind: 'manual' },
        values: [{ title: { zh: '贵宾' } }],
      },
    });
  });

  it('names the places that are wrong', async () => {
    const problems = [{ path: 'scenario.zh', code: 'X', message: { zh: '请写明用途', en: 'missing' } }];
    await written(() => problem(400, 'TAG_DEFINITION_INVALID', 'the definition is not right', { problems }));
    expect(await screen.findByText('scenario.zh：请写明用途')).toBeTruthy();
  });
});
