import type { Playbook, Text } from '@perennial/contract';

const t = (zh: string, en: string): Text => ({ zh, en });

const BOUGHT = ['new', 'active', 'loyal'];
const AGAIN = ['active', 'loyal'];

/** What the field does for the people of each of the five stages, and by what it judges itself. */
export const PLAYBOOKS: Record<'potential' | 'new' | 'active' | 'loyal' | 'churn', Playbook> = {
  potential: {
    goal: t('从有兴趣到首次成交', 'From interest to the first purchase'),
    actions: [
      t('高意向线索 10 分钟内分配给顾问', 'Hand leads of high intent to a consultant within ten minutes'),
      t('推送看过的品类的内容与体验装', 'Send contents and trials of the category that was looked at'),
      t('首单礼遇，不做大额折扣', 'A gift with the first purchase rather than a large discount'),
    ],
    indicators: [
      { title: t('意向强度', 'Intent'), tag: 'intent' },
      { title: t('到首单的天数', 'Days until the first purchase'), outcome: { to: BOUGHT, as: 'days' } },
      { title: t('首单转化率', 'Share that buys'), outcome: { to: BOUGHT, as: 'share' } },
    ],
  },
  new: {
    goal: t('促成第二次购买', 'Bring about the second purchase'),
    actions: [
      t('首单后第 3 天使用指导', 'Guidance on the third day after the first purchase'),
      t('邀请加入企微并完善资料', 'Invite into WeCom, complete the profile'),
      t('复购周期到来前提醒', 'Remind before the usual interval is over'),
    ],
    indicators: [
      { title: t('复购率', 'Share that buys again'), outcome: { to: AGAIN, as: 'share' } },
      { title: t('到复购的天数', 'Days until the second purchase'), outcome: { to: AGAIN, as: 'days' } },
      { title: t('最近购买', 'Last purchase'), tag: 'last_purchase_at' },
    ],
  },
  active: {
    goal: t('提高频次与品类宽度', 'More often, and more categories'),
    actions: [
      t('按偏好品类交叉推荐', 'Cross-sell by the favourite category'),
      t('会员日与积分任务', 'Member days and points'),
      t('内容互动与测评邀约', 'Invite to contents and reviews'),
    ],
    indicators: [
      { title: t('近一年购买次数', 'Purchases in a year'), tag: 'orders_365d' },
      { title: t('偏好品类', 'Favourite category'), tag: 'favourite_category' },
    ],
  },
  loyal: {
    goal: t('留住、升级、转介绍', 'Keep, raise, be recommended'),
    actions: [
      t('专属顾问与优先权益', 'A consultant of their own, first access'),
      t('少发促销，多给服务', 'Fewer offers, more service'),
      t('老带新礼遇', 'A gift for bringing a friend'),
    ],
    indicators: [
      { title: t('近一年消费', 'Spend in a year'), tag: 'spend_365d' },
      { title: t('流失率', 'Share that is lost'), outcome: { to: ['churn'], as: 'share' } },
    ],
  },
  churn: {
    goal: t('找回值得找回的人', 'Win back whom it is worth to win back'),
    actions: [
      t('预警期：关怀与需求回访', 'At risk: a call that asks'),
      t('沉睡期：换渠道、换内容、限时礼', 'Dormant: another channel, other contents, a gift with an end'),
      t('流失期：降频，大节点再触达', 'Lost: rarely, at great occasions'),
    ],
    indicators: [
      { title: t('最近互动', 'Last contact'), tag: 'last_contact_at' },
      { title: t('唤醒率', 'Share won back'), outcome: { to: BOUGHT, as: 'share' } },
    ],
  },
};
