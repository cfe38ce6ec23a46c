import { expect, it } from '@jest/globals';
import type { ActivationView, TriggerView } from '@perennial/contract';
import { screen, waitFor } from '@testing-library/react';
import { MockApi } from '../testing/mock-api.js';
import { aDestination, NOW } from '../testing/mock-data.js';
import { renderApp } from '../testing/render-app.js';

// Fields of a plugin that are called as fields of the forms around them.
const title = { key: 'title', title: { zh: '消息标题', en: 'Headline' }, type: 'text' as const, isRequired: false };
const anActivation: ActivationView = {
  key: 'webhook',
  plugin: 'webhook',
  title: { zh: '发送 Webhook', en: 'Send a webhook' },
  fields: [title],
  payloadFields: [title],
};
const aTrigger: TriggerView = {
  id: 't_1',
  title: '欢迎新客',
  cause: { on: 'tag.changed', tag: 'rfm.score', to: 5 },
  destinationId: aDestination.id,
  payload: { title: '你好' },
  isEnabled: true,
  createdAt: NOW,
};

it('a trigger is changed with its cause and payload kept, whatever the plugin calls its fields', async () => {
  const api = new MockApi({
    routes: {
      'GET /activations': () => [anActivation],
      'GET /triggers': () => [aTrigger],
      'PATCH /triggers/t_1': () => aTrigger,
    },
  });
  const user = renderApp(api, '/activation');
  await screen.findByText('标签变化 rfm.score = 5');
  await user.click(screen.getAllByText('编辑').at(-1)!);
  const name = await screen.findByLabelText('名称');
  expect((await screen.findByLabelText<HTMLInputElement>('消息标题')).value).toBe('你好');
  await user.clear(name);
  await user.click(name);
  await user.paste('欢迎会员');
  await user.click(screen.getByText('保存'));
  await waitFor(() => expect(api.made('PATCH /triggers/t_1')).toHaveLength(1));
  const { cause, payload, destinationId } = aTrigger;
  expect(api.made('PATCH /triggers/t_1')[0]?.body).toEqual({ title: '欢迎会员', cause, payload, destinationId });
});
