import type { CatalogueObject } from '@perennial/contract';
import { describe, expect, it } from '@jest/globals';
import { screen, waitFor, within } from '@testing-library/react';
import { MockApi } from '../../testing/mock-api.js';
import { renderApp } from '../../testing/render-app.js';

const cream: CatalogueObject = { id: 'p1', name: '面霜', facts: { price: 320 }, tags: ['抗老'], updatedAt: 1 };

describe('the catalogue', () => {
  it('is edited object by object, numbers as numbers', async () => {
    const api = new MockApi({
      routes: { 'GET /objects/product': () => ({ items: [cream] }), 'PUT /objects/product': () => ({ saved: 1 }) },
    });
    const user = renderApp(api, '/catalogue');
    expect(await screen.findByText('price: 320')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'p1' }));
    const drawer = await screen.findByRole('dialog');
    const price = within(drawer).getByDisplayValue('320');
    await user.clear(price);
    await user.type(price, '299.5');
    await user.click(within(drawer).getByRole('button', { name: /保\s?存/ }));
    await waitFor(() => expect(api.made('PUT /objects/product')).toHaveLength(1));
    expect(api.made('PUT /objects/product')[0]?.body).toEqual({
      objects: [{ id: 'p1', name: '面霜', facts: { price: 299.5 }, tags: ['抗老'] }],
    });
  });

  it('tells what an import saved and which lines are wrong', async () => {
    const api = new MockApi({
      routes: {
        'GET /objects/product': () => ({ items: [] }),
        'POST /objects/product/csv': () => ({
          saved: 3,
          refused: [{ line: 4, message: 'an id has 1 to 128 characters' }],
        }),
      },
    });
    const user = renderApp(api, '/catalogue');
    expect(await screen.findByText(/目录还是空的/)).toBeTruthy();
    const input = document.querySelector<HTMLInputElement>('input[type=file]')!;
    await user.upload(input, new File(['id\n'], 'a.csv', { type: 'text/csv' }));
    expect(await screen.findByText('保存 3 条，1 行有误。')).toBeTruthy();
    expect(screen.getByText('an id has 1 to 128 characters')).toBeTruthy();
  });

  it('changes nothing for who may only look', async () => {
    const api = new MockApi({ role: 'viewer', routes: { 'GET /objects/product': () => ({ items: [cream] }) } });
    renderApp(api, '/catalogue');
    expect(await screen.findByText('面霜')).toBeTruthy();
    expect(screen.queryByRole('button', { name: '导入 CSV' })).toBeNull();
    expect(screen.queryByRole('button', { name: '移除' })).toBeNull();
  });
});
