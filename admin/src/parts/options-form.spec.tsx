import { describe, expect, it } from '@jest/globals';
import { screen, waitFor } from '@testing-library/react';
import { MockApi } from '../testing/mock-api.js';
import { aPlugin, EVERY_FIELD } from '../testing/mock-data.js';
import { renderApp } from '../testing/render-app.js';
import { fromFormValues, toFormValues } from './options-form.js';

describe('values of an options form', () => {
  it('hold structured values as text, and give them back as they were', () => {
    const values = {
      name: 'a',
      size: 3,
      isOn: false,
      mode: 'slow',
      address: 'https://a.example',
      names: ['A', 'B'],
      extra: { a: [1, { b: null }] },
    };
    expect(toFormValues(EVERY_FIELD, values)['extra']).toBe(JSON.stringify(values.extra, null, 2));
    expect(fromFormValues(EVERY_FIELD, toFormValues(EVERY_FIELD, values))).toEqual(values);
  });

  it('start from the initial values, and never hold a secret', () => {
    const values = toFormValues(EVERY_FIELD, { secret: 'must not be seen' });
    expect(values).toMatchObject({ isOn: true, secret: undefined });
  });

  it('leave out what was left empty, so that a secret that is set stays', () => {
    expect(fromFormValues(EVERY_FIELD, { name: 'a', size: null, secret: '', extra: '' })).toEqual({ name: 'a' });
  });
});

describe('an options form', () => {
  async function open() {
    const api = new MockApi();
    const user = renderApp(api, '/plugins');
    await screen.findByLabelText('名称');
    const save = () => user.click(screen.getByRole('button', { name: '保存' }));
    const saved = () => api.made('PUT /plugins/webhook/options');
    return { user, save, saved };
  }

  it('has an input for every kind of field, under its title', async () => {
    await open();
    const inputs = EVERY_FIELD.map(({ title }) => screen.getByLabelText(title.zh));
    expect(inputs.map((input) => input.getAttribute('role') ?? (input as HTMLInputElement).type)).toEqual([
      'text',
      'spinbutton',
      'switch',
      'combobox',
      'text',
      'password',
      'combobox',
      'textarea',
    ]);
  });

  it('saves what the operator wrote, and keeps the secret that is set', async () => {
    const { user, save, saved } = await open();
    expect(screen.getByLabelText('签名密钥').getAttribute('placeholder')).toBe('已设置，留空则不变');
    await user.type(screen.getByLabelText('数量'), '3');
    await user.click(screen.getByLabelText('开启'));
    await user.click(screen.getByLabelText('附加'));
    await user.paste('{"a":1}');
    await save();
    await waitFor(() => expect(saved()).toHaveLength(1));
    expect(saved()[0]?.body).toEqual({
      options: { ...aPlugin.options, secret: undefined, size: 3, isOn: false, extra: { a: 1 } },
    });
    expect(saved()[0]?.csrf).toBe('a-token');
  });

  it('refuses what is no JSON and no address, and says so', async () => {
    const { user, save, saved } = await open();
    await user.click(screen.getByLabelText('附加'));
    await user.paste('{"a":');
    await user.clear(screen.getByLabelText('接收地址'));
    await user.type(screen.getByLabelText('接收地址'), 'example');
    await save();
    expect(await screen.findByText('不是有效的 JSON')).toBeTruthy();
    expect(await screen.findByText(/请输入完整的网址/)).toBeTruthy();
    expect(saved()).toHaveLength(0);
  });
});
