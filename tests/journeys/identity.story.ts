import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  ConflictView,
  HubPreview,
  HubView,
  IdentityAct,
  IdentityChange,
  IdentityQuality,
  IdentityRun,
  Page,
  ProfileDetail,
  ProfileIdentity,
  ProfileSummary,
  QuarantineView,
  ResolveAnswer,
  RevealedIdentifier,
  RulesView,
  SplitPreview,
  TimelineItem,
} from '@perennial/contract';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, System } from '../tools/system.js';

const system = new System();

beforeAll(() => system.start(), 120_000);
afterAll(() => system.close(), 60_000);

const reason = 'asked at the counter';
const openid = (id: string) => ({ externalIds: [{ type: 'wechat_openid', id, namespace: 'wx_shop' }] });
const order = (total: number) => ({ type: 'track', event: 'Order Completed', properties: { total } });

async function take(...items: object[]): Promise<void> {
  const answer = await system.collect(items);
  expect(await answer.json()).toMatchObject({ okEvents: items.length });
}

async function whose(
  identifiers: { kind: string; value: string; namespace?: string }[],
): Promise<(string | undefined)[]> {
  const { results } = await system.api<ResolveAnswer>('POST', '/identity/resolve', { identifiers });
  return results.map(({ profileId }) => profileId);
}
const wechat = (value: string) => ({ kind: 'wechat_openid', value, namespace: 'wx_shop' });
const phone = (value: string) => ({ kind: 'phone', value });
const spent = async (id: string) =>
  (await system.api<ProfileDetail>('GET', `/profiles/${id}`)).tags.find(({ key }) => key === 'spend_total')?.value;
const orders = async (id: string) =>
  (await system.api<Page<TimelineItem>>('GET', `/profiles/${id}/timeline?kinds=event`)).items.filter(
    (item) => item.kind === 'event' && item.name === 'Order Completed',
  ).length;

/** The operator's command, as a process of its own. */
async function perennial(...command: string[]): Promise<string> {
  const script = join(import.meta.dirname, '../../core/server/bin/perennial.mjs');
  const env = { ...process.env, NODE_OPTIONS: '', PERENNIAL_URL: system.coreUrl, PERENNIAL_TOKEN: system.adminToken };
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...command], { env });
  return stdout;
}

describe('One ID that can be trusted', () => {
  it('explains a join, shows what a split would give, parts the two and keeps what each did, through a kill', async () => {
    await take(
      { ...order(100), context: { ...openid('o-wife'), traits: { phone: '15900001111' } } },
      { ...order(7), context: { ...openid('o-man'), traits: { phone: '15900001111' } } },
      { ...order(30), context: openid('o-man') },
    );
    const id = await eventually(async () => (await whose([wechat('o-man')]))[0]);
    await eventually(async () => (await orders(id)) === 3);
    const { nodes, edges } = await system.api<ProfileIdentity>('GET', `/profiles/${id}/identity`);
    expect(nodes.map(({ kind, value }) => `${kind} ${value}`).toSorted()).toEqual([
      'phone 159****11',
      'wechat_openid o-man',
      'wechat_openid o-wife',
    ]);
    const man = nodes.find(({ value }) => value === 'o-man')!;
    const edge = edges.find(({ a, b }) => a === man.id || b === man.id)!;
    expect(edge).toMatchObject({ outcome: 'joined', events: 1, isCut: false, evidence: { rule: 'shared_event' } });

    const link = { a: edge.a, b: edge.b };
    const preview = await system.api<SplitPreview>('POST', `/profiles/${id}/split/preview`, { link });
    expect(preview.parts.map(({ events }) => events).toSorted((a, b) => a - b)).toEqual([1, 2]);
    const split = await system.api<IdentityChange>('POST', `/profiles/${id}/split`, { link, reason });
    await system.core.end('SIGKILL');
    await system.core.start();

    const [wifeId, manId] = await whose([wechat('o-wife'), wechat('o-man')]);
    expect(wifeId).not.toBe(manId);
    // The order that states both is the phone's, which has more authority than an openid.
    await eventually(async () => (await orders(manId!)) === 1 && (await orders(wifeId!)) === 2);
    expect([await spent(wifeId!), await spent(manId!)]).toEqual([107, 30]);
    expect((await system.api<ProfileDetail>('GET', `/profiles/${id}`)).id).toBe(wifeId);
    const undone = await system.api<IdentityChange>('POST', `/identity/acts/${split.actId}/undo`, { reason });
    expect(undone.profiles).toHaveLength(1);
    expect(await spent(undone.profiles[0]!)).toBe(137);
    const acts = await system.api<Page<IdentityAct>>('GET', '/identity/acts');
    expect(acts.items.map(({ kind, canUndo }) => [kind, canUndo])).toEqual([
      ['linked', true],
      ['cut', false],
    ]);
  }, 60_000);

  it('asks about two members with one phone, and does as it is told', async () => {
    await take(
      { ...order(1), userId: 'm-1', context: { traits: { phone: '15900002222' } } },
      { ...order(2), userId: 'm-2', context: { traits: { phone: '15900002222' } } },
    );
    const [conflict] = await eventually(async () => {
      const { items } = await system.api<Page<ConflictView>>('GET', '/identity/conflicts');
      return items.length > 0 && items;
    });
    expect(conflict!.identifier.value).toBe('159****22');
    const settled = await system.api<ConflictView>('POST', `/identity/conflicts/${conflict!.id}/settle`, {
      decision: 'move',
      reason,
    });
    expect(settled.settlement).toMatchObject({ decision: 'move', by: 'token:story' });
    const [second, held] = await whose([{ kind: 'user_id', value: 'm-2' }, phone('15900002222')]);
    expect(held).toBe(second);
  }, 60_000);

  it("finds the shop's phone among the customers' and bars it when told", async () => {
    await take(
      ...Array.from({ length: 5 }, (_, n) => ({
        ...order(n),
        context: { ...openid(`c-${n}`), traits: { phone: '15900003333' } },
      })),
    );
    const people = async () => new Set(await whose(Array.from({ length: 5 }, (_, n) => wechat(`c-${n}`))));
    await eventually(async () => (await people()).size === 1 && !(await people()).has(undefined));
    const [id] = await whose([phone('15900003333')]);
    const hub = (await system.api<ProfileIdentity>('GET', `/profiles/${id}/identity`)).nodes.find(
      ({ kind }) => kind === 'phone',
    )!;
    const preview = await system.api<HubPreview>('GET', `/identity/hubs/${hub.id}/preview`);
    expect(preview.profiles[0]!.parts).toHaveLength(5);
    await system.api('POST', `/identity/hubs/${hub.id}/bar`, { reason });
    expect((await people()).size).toBe(5);
    const barred = await system.api<Page<HubView>>('GET', '/identity/hubs?barred=true');
    expect(barred.items.map(({ identifier, by }) => [identifier.value, by])).toEqual([['159****33', 'token:story']]);
  }, 60_000);

  it('tries rules on history, puts them in force, and finishes after a kill', async () => {
    const view = await system.api<RulesView>('GET', '/identity/rules');
    expect(view).toMatchObject({ version: 0, versions: [] });
    const rules = {
      ...view.rules,
      kinds: view.rules.kinds.map((kind) => (kind.key.startsWith('phone') ? { ...kind, isOn: false } : kind)),
    };
    const done = (run: IdentityRun) =>
      eventually(async () => {
        const now = await system.api<IdentityRun>('GET', `/identity/runs/${run.id}`);
        return now.status !== 'running' && now;
      });
    const trial = await done(await system.api<IdentityRun>('POST', '/identity/trials', { rules }));
    expect(trial.result!.parted).toBeGreaterThan(0);
    const body = { rules, note: 'no phones', trialId: trial.id };
    const run = await system.api<IdentityRun>('POST', '/identity/rules', body);
    await system.core.end('SIGKILL');
    await system.core.start();
    expect(await done(run)).toMatchObject({ status: 'done', kind: 'apply' });
    const [wife, man] = await whose([wechat('o-wife'), wechat('o-man')]);
    expect(wife).not.toBe(man);
    expect([await spent(wife!), await spent(man!)]).toEqual([100, 37]);
    expect(await system.api<RulesView>('GET', '/identity/rules')).toMatchObject({
      version: 1,
      versions: [{ version: 1, note: 'no phones', by: 'token:story' }],
    });
    const refused = system.api('POST', '/identity/rules', { ...body, rules: view.rules });
    await expect(refused).rejects.toThrow(/409.*IDENTITY_TRIAL_NEEDED/);
  }, 90_000);

  it('refuses or bars what identifies nobody, and never joins strangers by it', async () => {
    const long = Array.from({ length: 500 }, (_, n) => n.toString(36)).join('-');
    const strangers = ['null', '0', 'undefined', '00000000-0000-0000-0000-000000000000', 'a\u0000b', long];
    expect(long.length).toBeGreaterThan(1_000);
    const visits = strangers.flatMap((id, n) =>
      [`s-${n}`, `t-${n}`].map((userId) => ({
        type: 'track',
        event: 'Seen',
        userId,
        context: { externalIds: [{ type: 'device_id', id }] },
      })),
    );
    await take(...visits.slice(0, -2));
    // What is too long for an identifier is refused with its reason before it can be one.
    const tooLong = await system.collect(visits.slice(-2));
    expect(await tooLong.json()).toMatchObject({ okEvents: 0, errors: [{ code: 'ENVELOPE_FIELD_INVALID' }, {}] });
    const people = await eventually(async () => {
      const ids = await whose(
        strangers.slice(0, 5).flatMap((_, n) => [`s-${n}`, `t-${n}`].map((value) => ({ kind: 'user_id', value }))),
      );
      return ids.every((id) => id !== undefined) && ids;
    });
    expect(new Set(people).size).toBe(10);
    const many = Array.from({ length: 10_000 }, (_, n) => ({ type: 'phone', id: `159${String(n).padStart(8, '0')}` }));
    const answer = await system.collect([{ type: 'track', event: 'Seen', context: { externalIds: many } }]);
    expect(await answer.json()).toMatchObject({
      okEvents: 0,
      errors: [{ code: expect.stringContaining('ENVELOPE_') }],
    });
    await take({ type: 'track', event: 'Seen', anonymousId: 'null' });
    await take({
      type: 'track',
      event: 'Seen',
      context: {
        externalIds: [
          { type: "x'; DROP TABLE profile; --", id: '1' },
          { type: '__proto__', id: '2' },
        ],
      },
    });
    const kept = await eventually(async () => {
      const { items } = await system.api<Page<QuarantineView>>('GET', '/quarantine?code=IDENTITY_NOBODY');
      return items.length >= 2 && items;
    });
    expect(kept.every(({ message }) => message.includes('identifies somebody'))).toBe(true);
    expect((await system.api<Page<ProfileSummary>>('GET', '/profiles')).items.length).toBeGreaterThan(5);
  }, 60_000);

  it('changes its keys while it runs, shows plain values only with a reason, and masks what clients call a phone', async () => {
    await take({
      type: 'identify',
      userId: 'pii',
      traits: { email: 'li.na@example.com', backup_phone: '15987654321' },
    });
    await take({ type: 'track', event: 'Gift Sent', userId: 'pii', properties: { receiver_phone: '15987654321' } });
    const [id] = await eventually(async () => {
      const found = await whose([{ kind: 'user_id', value: 'pii' }]);
      return found[0] !== undefined && found;
    });
    const rotated = await perennial('keys', 'rotate');
    expect(rotated).toMatch(/sealing anew: (\d+) of \1 rows\nnew values are sealed with k2/);
    expect(await perennial('keys', 'retire', 'k1')).toContain('k1 is gone');
    expect(await perennial('doctor')).not.toContain('bad');
    await expect(system.api('POST', `/profiles/${id}/identifiers/reveal`, {})).rejects.toThrow(/400/);
    const shown = await system.api<RevealedIdentifier[]>('POST', `/profiles/${id}/identifiers/reveal`, { reason });
    expect(shown.map(({ kind, value }) => [kind, value])).toEqual([['email', 'li.na@example.com']]);
    const audit = await system.api<Page<{ action: string; target: string }>>('GET', '/audit');
    expect(audit.items[0]).toMatchObject({ action: 'profile.reveal', target: `${id}: ${reason}` });
    const profile = JSON.stringify(await system.api('GET', `/profiles/${id}`));
    const history = await eventually(async () => {
      const text = JSON.stringify(await system.api('GET', `/profiles/${id}/timeline`));
      return text.includes('Gift Sent') && text;
    });
    expect(profile + history).toContain('159****21');
    expect(profile + history).not.toMatch(/li\.na|1598765/);
  }, 60_000);

  it('says how good it is, and describes itself', async () => {
    const quality = await system.api<IdentityQuality>('GET', '/identity/quality');
    expect(quality.barred).toBeGreaterThan(0);
    const document = (await (await fetch(`${system.coreUrl}/api/openapi.json`)).json()) as {
      paths: Record<string, unknown>;
    };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/v1/identity/resolve', '/api/v1/profiles/{id}/split', '/api/v1/identity/trials']),
    );
  });
});
