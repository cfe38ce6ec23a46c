import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { System, WRITE_KEY } from '../tools/system.js';
import { countsOf, named, settled, type Person } from './arrivals.js';

/** Public bug reports of other trackers and servers, told again with data of our own, and what is right here. */
interface Report {
  report: string;
  about: string;
  batch: object[];
  /** Whose page is looked at. */
  of: string;
  check: (person: Person) => void;
}

const DAY_MS = 86_400_000;
const NOW = Date.now();
const at = (ms: number): string => new Date(ms).toISOString();
const track = (userId: string, more: object = {}) => ({ type: 'track', event: 'Act', userId, ...more });
const visit = (anonymousId: string, more: object = {}) => ({ type: 'track', event: 'Act', anonymousId, ...more });
const alias = (userId: string, previousId: string) => ({ type: 'alias', userId, previousId });
const propertiesOf = (person: Person) => named(person, 'Act').map(({ properties }) => properties);
const system = new System();

beforeAll(() => system.start(), 120_000);
afterAll(() => system.close(), 60_000);

const REPORTS: Report[] = [
  {
    report: 'PostHog/posthog#9368',
    about: 'half an emoji in a name: neighbours keep their history',
    batch: [track('r1-other', { event: 'Shared \ud83d' }), track('r1')],
    of: 'r1',
    check: (person) => expect(countsOf(person)).toEqual({ Act: 1 }),
  },
  {
    report: 'rudderlabs/rudder-transformer#1756',
    about: "the caller's timestamp goes before the time of the call",
    batch: [track('r2', { timestamp: at(NOW - 2 * DAY_MS), originalTimestamp: at(NOW), sentAt: at(NOW) })],
    of: 'r2',
    check: (person) => expect(named(person, 'Act').map((act) => act.at)).toEqual([NOW - 2 * DAY_MS]),
  },
  {
    report: 'PostHog/posthog#34352',
    about: 'a chain of aliases of known users is one person',
    batch: [track('r3-a'), track('r3-b'), track('r3'), alias('r3-b', 'r3-a'), alias('r3', 'r3-b')],
    of: 'r3',
    check: (person) => expect(countsOf(person)).toEqual({ Act: 3, $alias: 2 }),
  },
  {
    report: 'segmentio/analytics-react-native#439',
    about: 'an id that is the word "anonymousId" is nobody',
    batch: [track('r4', { anonymousId: 'anonymousId' }), track('r4-other', { anonymousId: 'anonymousId' })],
    of: 'r4',
    check: ({ profile }) => expect(profile.identifiers.map(({ value }) => value)).toEqual(['r4']),
  },
  {
    report: 'inngest/inngest#4058',
    about: 'a number of 18 digits keeps them',
    batch: [track('r5', { properties: { order: '@616581622363398145' } })],
    of: 'r5',
    check: (person) => expect(propertiesOf(person)).toEqual([{ order: '616581622363398145' }]),
  },
  {
    report: 'segmentio/analytics-java#351',
    about: 'a trait set to null is taken away',
    batch: [
      { type: 'identify', userId: 'r6', traits: { city: 'Chengdu' } },
      { type: 'identify', userId: 'r6', traits: { city: null } },
    ],
    of: 'r6',
    check: ({ profile }) => expect(profile.traits).toEqual([]),
  },
  {
    report: 'PostHog/posthog#12008',
    about: 'ids "undefined" and "[object Object]" join nobody',
    batch: ['undefined', '[object Object]'].flatMap((anonymousId, index) => [
      track(`r7${String(index)}`, { anonymousId }),
      track('r7', { anonymousId }),
    ]),
    of: 'r7',
    check: (person) => expect(countsOf(person)).toEqual({ Act: 2 }),
  },
  {
    report: 'PostHog/posthog#876',
    about: 'an empty user id is nobody shared',
    batch: [visit('r8', { userId: '' }), visit('r8-other', { userId: '' }), track('r8-u', { anonymousId: 'r8' })],
    of: 'r8-u',
    check: (person) => expect(countsOf(person)).toEqual({ Act: 2 }),
  },
  {
    report: 'n8n-io/n8n#5093',
    about: 'a device id of zeros joins nobody',
    batch: ['r9', 'r9-other'].map((userId) =>
      track(userId, { context: { device: { id: '00000000-0000-0000-0000-000000000000' } } }),
    ),
    of: 'r9',
    check: (person) => expect(countsOf(person)).toEqual({ Act: 1 }),
  },
  {
    report: 'PostHog/posthog#533',
    about: 'a device fifty years ahead puts nothing into the future',
    batch: [track('r10', { timestamp: at(NOW + 50 * 365 * DAY_MS), sentAt: at(NOW + 50 * 365 * DAY_MS) })],
    of: 'r10',
    check: (person) => {
      expect(named(person, 'Act')).toHaveLength(1);
      expect(named(person, 'Act')[0]!.at).toBeLessThanOrEqual(Date.now());
    },
  },
  {
    report: 'enviodev/hyperindex#1195',
    about: 'NUL characters stop no batch',
    batch: [track('r11', { properties: { note: 'a\u0000b' } }), track('r11')],
    of: 'r11',
    check: (person) => expect(countsOf(person)).toEqual({ Act: 2 }),
  },
  {
    report: 'segmentio/analytics-android#390',
    about: 'an alias of a visitor holds for what comes late',
    batch: [visit('r12-v'), alias('r12', 'r12-v'), visit('r12-v', { timestamp: at(NOW - DAY_MS) })],
    of: 'r12',
    check: (person) => expect(countsOf(person)).toEqual({ Act: 2, $alias: 1 }),
  },
];

/** As JSON, where `"@digits"` stands for a number that no JavaScript number holds. */
const bodyOf = (batch: object[]): string => JSON.stringify({ batch }).replace(/"@(\d+)"/g, '$1');

describe('public reports, with data of our own', () => {
  it.concurrent.each(REPORTS)(
    '$report: $about',
    async ({ batch, of, check }) => {
      const headers = { 'x-write-key': WRITE_KEY };
      const answer = await fetch(`${system.collectorUrl}/v1/batch`, { method: 'POST', headers, body: bodyOf(batch) });
      expect(answer.status).toBe(200);
      check(await settled(system, of));
    },
    300_000,
  );

  it('jitsucom/jitsu#525: an anonymous id that is empty is told', async () => {
    const answer = await system.collect([visit('')]);
    expect(await answer.json()).toMatchObject({ okEvents: 0, errors: [{ code: 'ENVELOPE_ID_MISSING' }] });
  });

  it('PostHog/posthog#20715: a page whose requests bear tracing headers may send', async () => {
    const asked = ['baggage', 'sentry-trace', 'traceparent', 'sw8'];
    const answer = await fetch(`${system.collectorUrl}/v1/batch`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': asked.join(','),
      },
    });
    const allowed = (answer.headers.get('access-control-allow-headers') ?? '').toLowerCase();
    expect(allowed.split(/,\s*/)).toEqual(expect.arrayContaining(asked));
  });

  it('sensorsdata/sa-sdk-miniprogram#14, #27: without distinct_id it is the login; a text "1" stays a text', async () => {
    const act = { type: 'track', event: 'Act', login_id: 'r20', time: NOW, properties: { one: '1', no: 'false' } };
    const data = Buffer.from(JSON.stringify(act)).toString('base64');
    const address = `${system.collectorUrl}/sa?project=default&token=${WRITE_KEY}`;
    const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ data }) });
    expect(answer.status).toBe(200);
    expect(propertiesOf(await settled(system, 'r20'))).toEqual([{ one: '1', no: 'false' }]);
  }, 300_000);

  it.each(['/capture/', '/decide', '/2/httpapi', '/matomo.php', '/mp/collect'])(
    'a form that nobody reads here gets a clear 404: %s',
    async (path) => {
      const answer = await fetch(system.collectorUrl + path, { method: 'POST', body: '{}' });
      expect(answer.status).toBe(404);
      expect(await answer.text()).toContain('ROUTE_ABSENT');
    },
  );
});
