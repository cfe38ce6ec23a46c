import { Field } from '@perennial/kit';
import { IsBoolean, IsInt, IsUrl, Matches, Max, Min } from 'class-validator';

export class WebhookOptions {
  @Field({
    title: { zh: '同时请求数', en: 'Requests at once' },
    help: { zh: '对一个地址同时发送的请求上限', en: 'Most requests to one address at a time' },
  })
  @IsInt()
  @Min(1)
  @Max(64)
  concurrency = 8;
}

export class WebhookDestination {
  @Field({ title: { zh: '接收地址', en: 'Address' } })
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  url!: string;

  @Field({
    title: { zh: '签名密钥', en: 'Signing secret' },
    help: {
      zh: 'whsec_ 开头；轮换时可用空格写两个，先新后旧',
      en: 'Begins with whsec_; two, parted by a space, while rotating: the new one first',
    },
    isSecret: true,
  })
  @Matches(/^whsec_[A-Za-z0-9+/=]{32,}( whsec_[A-Za-z0-9+/=]{32,})*$/, {
    message: 'secret must begin with whsec_ and hold 24 bytes or more in base64',
  })
  secret!: string;

  @Field({
    title: { zh: '允许内网地址', en: 'Allow private addresses' },
    help: { zh: '仅在接收方位于内网时开启', en: 'Only for receivers within your own network' },
  })
  @IsBoolean()
  allowPrivate = false;
}
