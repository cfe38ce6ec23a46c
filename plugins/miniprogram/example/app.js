// 先创建采集对象，再调用 App()：启动、页面、点击和分享都由它自动采集。
const { createPerennial } = require('perennial-mini');

const perennial = createPerennial({
  endpoint: 'https://events.example.com',
  writeKey: 'wk_example_0123456789',
  // 小程序码的 scene 只有 32 个字符，用短名，到这里还原。
  codeParameters: { s: 'utm_source', c: 'utm_campaign' },
  hideQuery: ['token'],
});

App({
  perennial,
  onLaunch() {
    wx.login({
      success: ({ code }) => {
        wx.request({
          url: 'https://shop.example.com/login',
          method: 'POST',
          data: JSON.stringify({ code }),
          success: ({ data }) => this.signedIn(data),
        });
      },
    });
  },
  // openid 由自己的服务端用 code 换得，AppSecret 不能放在小程序里。
  signedIn({ openid, unionid, member }) {
    perennial.setIds({ openid, unionid });
    if (member) perennial.identify(member.id, { name: member.name, phone: member.phone });
  },
});
