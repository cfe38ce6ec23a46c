import type {
  DeliveryView,
  DestinationView,
  FieldView,
  LiveEvent,
  Overview,
  PluginView,
  ProfileDetail,
  QuarantineView,
  SourceView,
} from '@perennial/contract';

/** Mid-day of a fixed day, so that texts with dates do not depend on when they are read. */
export const NOW = Date.UTC(2026, 10, 11, 4);
const DAY = 86_400_000;

const text = (zh: string, en: string) => ({ zh, en });

export const aProfile: ProfileDetail = {
  id: 'p_7',
  displayName: '赵敏',
  identifiers: [
    {
      kind: 'phone',
      title: text('手机号', 'Phone'),
      namespace: '',
      value: '199****33',
      firstSeenAt: NOW - 40 * DAY,
      evidence: { rule: 'identify', sourceId: 'crm', eventId: 'e_1', at: NOW - 40 * DAY },
    },
  ],
  stages: [
    {
      lifecycle: 'default',
      lifecycleTitle: text('客户生命周期', 'Customer lifecycle'),
      stage: 'loyal',
      stageTitle: text('高潜高值', 'Loyal'),
      since: NOW - 9 * DAY,
    },
  ],
  firstSeenAt: NOW - 40 * DAY,
  lastSeenAt: NOW - DAY,
  events: 1_204,
  createdAt: NOW - 40 * DAY,
  traits: [{ key: 'city', value: '成都', at: NOW - 40 * DAY, sourceId: 'crm' }],
  tags: [
    {
      key: 'spend_total',
      title: text('累计消费金额', 'Total spend'),
      category: 'behaviour',
      value: 4_200,
      definitionVersion: 2,
      at: NOW - 9 * DAY,
      evidence: 'e_9',
      scenario: text('会员等级与权益', 'Membership level and benefits'),
    },
  ],
  groups: [{ id: 'store-9', name: '静安店', since: 1, lastAt: 2 }],
  mergedFrom: [{ id: 'p_12', at: NOW - 20 * DAY }],
};

export const anOverview: Overview = {
  people: 5_000,
  identified: 3_100,
  events: 128_440,
  eventsToday: 812,
  quarantined: 1,
  deadLetters: 0,
  stages: [
    { lifecycle: 'default', stage: 'loyal', title: text('高潜高值', 'Loyal'), people: 320, subStages: [] },
    { lifecycle: 'default', stage: 'potential', title: text('潜客', 'Potential'), people: 2_700, subStages: [] },
  ],
  daily: [0, 1, 2].map((n) => ({ day: `2026-11-0${n + 8}`, events: 400 + 90 * n, people: 200 + 10 * n })),
  sources: [{ sourceId: 'web', title: '官网', events: 128_440, lastAt: NOW - 60_000 }],
  pipeline: { pendingRows: 0, pendingTimers: 42, oldestPendingMs: 0 },
};

/** One field of every kind that a form can have. */
export const EVERY_FIELD: FieldView[] = [
  { key: 'name', title: text('名称', 'Name'), type: 'text', isRequired: true },
  { key: 'size', title: text('数量', 'Size'), type: 'number', isRequired: false, min: 1, max: 9 },
  { key: 'isOn', title: text('开启', 'On'), type: 'boolean', isRequired: false, initial: true },
  {
    key: 'mode',
    title: text('方式', 'Mode'),
    type: 'choice',
    isRequired: false,
    choices: [
      { value: 'fast', title: text('快', 'Fast') },
      { value: 'slow', title: text('慢', 'Slow') },
    ],
  },
  { key: 'address', title: text('接收地址', 'Address'), type: 'url', isRequired: true },
  { key: 'secret', title: text('签名密钥', 'Secret'), type: 'secret', isRequired: true },
  { key: 'names', title: text('事件', 'Events'), type: 'list', isRequired: false },
  { key: 'extra', title: text('附加', 'Extra'), type: 'json', isRequired: false },
];

export const aPlugin: PluginView = {
  name: 'webhook',
  version: '0.1.0',
  title: text('Webhook', 'Webhook'),
  fields: EVERY_FIELD,
  options: { name: '订单通知', address: 'https://example.com/hook', secret: null },
  secretsSet: ['secret'],
  parts: [{ kind: 'model', key: 'rfm', title: text('RFM 分层', 'RFM') }],
  tags: ['rfm.score'],
};

export const aDestination: DestinationView = {
  id: 'd_1',
  title: '会员系统',
  activation: 'webhook',
  options: { address: 'https://example.com/hook' },
  secretsSet: ['secret'],
  isEnabled: true,
  createdAt: NOW - 3 * DAY,
};

export const aDelivery: DeliveryView = {
  id: 'v_1',
  profileId: aProfile.id,
  destinationId: aDestination.id,
  status: 'dead',
  attempts: 8,
  createdAt: NOW - DAY,
  lastError: '503',
};

export const aRecord: QuarantineView = {
  id: 'q_1',
  sourceId: 'web',
  receivedAt: NOW - 3_600_000,
  code: 'EVENT_TYPE_UNKNOWN',
  message: 'type must be one of track, identify, page, screen, group, alias',
  endpoint: 'batch',
  body: '{"type":"trak"}',
  replays: 0,
};

export const aSource: SourceView = {
  id: 'web',
  title: '官网',
  kind: 'web',
  createdAt: NOW - 90 * DAY,
  keys: [{ id: 'k_1', hint: 'wk_3f', createdAt: NOW - 90 * DAY }],
  events: 128_440,
  lastAt: NOW - 60_000,
};

export const aLiveEvent: LiveEvent = {
  eventId: 'e_20',
  profileId: aProfile.id,
  type: 'track',
  name: 'Order Completed',
  sourceId: 'web',
  at: NOW,
  receivedAt: NOW,
  moves: [{ lifecycle: 'default', from: 'active', to: 'loyal' }],
  tags: [],
};

export const aLifecycle = {
  key: 'default',
  title: text('客户生命周期', 'Customer lifecycle'),
  initial: 'potential',
  version: 1,
  stages: [
    { key: 'loyal', title: text('高潜高值', 'Loyal') },
    { key: 'potential', title: text('潜客', 'Potential') },
  ],
};
