import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { aCore, aFolder, until } from '../../../test-tools/cleaning.js';
import { SECRET } from '../../../test-tools/fake-core.js';
import { bundleMain, run } from '../../../test-tools/process.js';

let bundle: string;

beforeAll(async () => {
  bundle = await bundleMain();
});
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

/** One of the collectors behind the balancer: where it listens, and whether it says that it wants requests. */
interface Place {
  folder: string;
  port: number;
  isWanted: boolean;
  life: ReturnType<typeof run>;
}

async function aPlace(coreUrl: string): Promise<Place> {
  const folder = aFolder();
  const life = run(bundle, envOf(folder, coreUrl));
  return { folder, life, port: await life.ready, isWanted: true };
}

const envOf = (folder: string, coreUrl: string, port = 0) => ({
  PERENNIAL_DATA_DIR: folder,
  PERENNIAL_CORE_URL: coreUrl,
  PERENNIAL_COLLECTOR_SECRET: SECRET,
  PERENNIAL_COLLECTOR_PORT: String(port),
  PERENNIAL_LEAVE_SECONDS: '1',
});

/** What a balancer does: looks at `/health` all the time, and sends only to who wants requests. */
function watchOver(places: Place[]): { stop: () => void } {
  const timer = setInterval(() => {
    for (const place of places)
      void fetch(`http://127.0.0.1:${place.port}/health`).then(
        ({ ok }) => (place.isWanted = ok),
        () => (place.isWanted = false),
      );
  }, 100);
  return { stop: () => clearInterval(timer) };
}

const send = (port: number, id: string) =>
  fetch(`http://127.0.0.1:${port}/v1/track`, {
    method: 'POST',
    headers: { 'x-write-key': 'key' },
    body: JSON.stringify({ event: 'X', userId: 'm', messageId: id }),
  });

describe('two collectors behind a balancer', () => {
  it('are restarted one after the other under load: no request fails, nothing is lost, each log is in order', async () => {
    const { core, coreUrl } = await aCore();
    const places = [await aPlace(coreUrl), await aPlace(coreUrl)];
    await until(async () => (await send(places[0]!.port, 'x-0')).status === 200);
    await until(async () => (await send(places[1]!.port, 'x-1')).status === 200);
    const balancer = watchOver(places);
    const [sent, failed, state] = [[] as string[], [] as string[], { isOver: false }];
    const sender = async (name: number) => {
      for (let n = 0; !state.isOver; n++) {
        const wanted = places.filter(({ isWanted }) => isWanted);
        const { port } = wanted[name % wanted.length]!;
        const id = `${name}-${port}-${String(n).padStart(6, '0')}`;
        const answer = await send(port, id).catch((error: Error) => error);
        if ('status' in answer && answer.status === 200) sent.push(id);
        else failed.push(`${id}: ${'status' in answer ? answer.status : String(answer.cause)}`);
      }
    };
    const senders = Promise.all(Array.from({ length: 6 }, (_, name) => sender(name)));
    for (const place of places) {
      place.life.child.kill('SIGTERM');
      expect(await place.life.ended).toBe(0);
      place.life = run(bundle, envOf(place.folder, coreUrl, place.port));
      await place.life.ready;
      await until(() => place.isWanted);
    }
    state.isOver = true;
    await senders;
    balancer.stop();
    expect(failed).toEqual([]);
    expect(sent.length).toBeGreaterThan(500);
    await until(() => sent.every((id) => core.ids.includes(id)));
    expect(core.ids).toHaveLength(new Set(core.ids).size);
    for (const { port } of places)
      for (let name = 0; name < 6; name++) {
        const ofOne = core.ids.filter((id) => id.startsWith(`${name}-${port}-`));
        expect(ofOne).toEqual(ofOne.toSorted());
      }
  }, 30_000);
});
