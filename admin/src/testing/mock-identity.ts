import {
  plainSourceRule,
  type ConflictView,
  type GraphNode,
  type IdentityAct,
  type IdentityQuality,
  type IdentityRun,
  type ProfileIdentity,
  type RulesView,
  type SplitPreview,
} from '@perennial/contract';
import { aProfile, NOW } from './mock-data.js';

const text = (zh: string, en: string) => ({ zh, en });

const node = (id: string, kind: string, title: string, value: string, profileId = aProfile.id): GraphNode => ({
  id,
  kind,
  title: text(title, kind),
  namespace: '',
  value,
  strength: kind === 'anonymous_id' ? 'weak' : 'strong',
  isBarred: false,
  isUnverified: false,
  firstSeenAt: NOW,
  profileId,
});

export const aMember = node('h'.repeat(26) + '1', 'user_id', '会员号', 'm000007');
export const aPhone = node('h'.repeat(26) + '2', 'phone', '手机号', '199****33');
const evidence = { sourceId: 'web', eventId: 'e_1', rule: 'login', at: NOW };

export const anAct: IdentityAct = {
  id: 'act_1',
  kind: 'linked',
  at: NOW,
  by: 'lin',
  reason: '门店确认',
  profiles: [aProfile.id],
  identifiers: [aPhone],
  canUndo: true,
};

export const anIdentity: ProfileIdentity = {
  profileId: aProfile.id,
  nodes: [aMember, aPhone],
  edges: [{ a: aMember.id, b: aPhone.id, outcome: 'joined', evidence, events: 3, isCut: false }],
  acts: [anAct],
};

const part = (identifiers: GraphNode[], events: number): SplitPreview['parts'][number] => ({
  identifiers,
  events,
  firstSeenAt: NOW,
  lastSeenAt: NOW,
  stages: { default: 'potential' },
  tags: 4,
});

export const aSplit: SplitPreview = { parts: [part([aMember], 5), part([aPhone], 2)], remaining: [] };

export const aConflict: ConflictView = {
  id: 'c.1',
  at: NOW,
  identifier: aPhone,
  limit: 'user_id',
  limitTitle: text('会员号', 'Member id'),
  profile: aProfile,
  other: { ...aProfile, id: 'p_8', displayName: '王敏' },
  evidence,
  status: 'open',
};

export const someRules: RulesView = {
  version: 1,
  rules: {
    kinds: [
      { key: 'user_id', isOn: true, strength: 'strong', priority: 10, perProfile: 1 },
      { key: 'phone', isOn: true, strength: 'strong', priority: 20, perProfile: 3 },
    ],
    sources: [],
  },
  kinds: [
    { key: 'user_id', title: text('会员号', 'Member id'), isDirect: false },
    { key: 'phone', title: text('手机号', 'Phone'), isDirect: true },
  ],
  sources: [{ id: 'web', title: '官网', plain: plainSourceRule('web', true) }],
  nobody: [
    { value: 'null', about: 'nothing' },
    { value: '游客', about: 'visitor' },
  ],
  versions: [{ version: 1, at: NOW, by: 'lin', note: '初始' }],
};

export const aTrial: IdentityRun = {
  id: 'run_1',
  kind: 'trial',
  status: 'done',
  at: NOW,
  by: 'lin',
  done: 10,
  total: 10,
  result: {
    events: 1000,
    identifiers: 40,
    peopleBefore: 20,
    peopleAfter: 22,
    merged: 0,
    parted: 2,
    merges: [],
    splits: [{ profileId: aProfile.id, parts: [[aMember], [aPhone]] }],
    largest: { before: [5, 3], after: [3, 2] },
    peakMemoryMb: 200,
  },
};

export const aQuality: IdentityQuality = {
  people: 20,
  identified: 12,
  kinds: [{ key: 'phone', title: text('手机号', 'Phone'), values: 12, people: 11, largest: 2 }],
  sources: [
    {
      sourceId: 'web',
      title: '官网',
      events: 900,
      people: 18,
      identifiedShare: 0.4,
      advice: [{ code: 'anonymous', count: 540 }],
    },
  ],
  conflicts: { open: 1, oldestAt: NOW, medianAgeMs: 7_200_000 },
  overMerged: { people: 1, why: text('原因', 'why'), examples: [aProfile.id] },
  underMerged: { pairs: 0, why: text('原因', 'why'), examples: [] },
  barred: 2,
};
