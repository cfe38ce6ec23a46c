import { expect, it } from '@jest/globals';
import { Activate, definePlugin, Field, type Activation } from '@perennial/kit';
import { describeStores } from '@perennial/testing';
import { IsBoolean, IsString } from 'class-validator';
import { Host, maskAddresses } from '../host/index.js';
import { KeyRing, newKeyFile } from '../identity/index.js';
import { Destinations } from './destinations.js';

class Place {
  @Field({ title: { zh: '地址', en: 'Address' } })
  @IsString()
  url = '';

  @Field({ title: { zh: '内网', en: 'Private' } })
  @IsBoolean()
  allowPrivate = false;
}

@Activate({
  key: 'post.send',
  title: { zh: '发', en: 'Send' },
  destination: Place,
  batchSize: 1,
  retrySeconds: [],
  timeoutMs: 1,
})
class Post implements Activation<Place> {
  deliver = () => Promise.resolve([]);
}

class None {}
const post = definePlugin({
  name: 'post',
  version: '0.1.0',
  title: { zh: '发', en: 'Post' },
  requires: { core: '^0.1.0' },
  options: None,
  activations: [Post],
});

const input = (allowPrivate: boolean) => ({
  title: 'robot',
  activation: 'post.send',
  options: { url: 'https://10.0.0.1/x', allowPrivate },
  isEnabled: true,
});

describeStores('destinations', (open) => {
  it('reach no private network where the setting forbids it, whatever was saved before', async () => {
    const { dataSource } = await open();
    const keys = new KeyRing(newKeyFile());
    const make = (mayReachPrivate: boolean) =>
      new Destinations(dataSource, new Host([post()], '0.1.0'), keys, Date.now, mayReachPrivate);
    const { id } = await make(true).create(input(true));
    expect((await make(true).open(id))!.options).toMatchObject({ allowPrivate: true });
    expect((await make(false).open(id))!.options).toMatchObject({ allowPrivate: false });
    const forbidden = { code: 'ACTIVATION_PRIVATE_FORBIDDEN' };
    await expect(make(false).create(input(true))).rejects.toMatchObject(forbidden);
    await expect(make(false).update(id, { options: input(true).options })).rejects.toMatchObject(forbidden);
    expect(await make(false).create(input(false))).toMatchObject({ title: 'robot' });
  }, 60_000);
});

it('shows of an address the host alone: robots carry their secret in the path or the query', () => {
  const urls = {
    wecom: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=s3cret',
    feishu: 'https://open.feishu.cn/open-apis/bot/v2/hook/s3cret',
    login: 'https://user:s3cret@example.com/hook',
    broken: 'https://[s3cret',
    title: 'plain words',
    retries: 3,
  };
  const shown = maskAddresses(urls);
  expect(JSON.stringify(shown)).not.toContain('s3cret');
  expect(shown).toMatchObject({ feishu: 'https://open.feishu.cn/…', title: 'plain words', retries: 3 });
});
