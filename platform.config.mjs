// The operator's configuration: which plugins run, and settings (names as in .env.example without PERENNIAL_).
// Environment variables win over `settings`; options that are set in the admin win over those given here.
import { definePlatform } from '@perennial/kit';
import { csv } from '@perennial/plugin-csv';
// import { miniprogram } from '@perennial/plugin-miniprogram';
import { rfm } from '@perennial/plugin-rfm';
import { webhook } from '@perennial/plugin-webhook';

export default definePlatform({
  settings: {},
  // Mini programs of WeChat, Douyin, Alipay, Baidu, Kuaishou, Xiaohongshu: miniprogram() (docs/guides/miniprogram.md).
  plugins: [csv(), rfm(), webhook()],
});
