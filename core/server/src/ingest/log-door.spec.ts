import { describe, expect, it } from '@jest/globals';
import { encodeFrame, LOG_BEHIND, PlatformError } from '@perennial/contract';
import fc from 'fast-check';
import { LogDoor } from './log-door.js';
import type { Batch } from './rules/event.js';

const frame = (id: string) =>
  encodeFrame(
    { receivedAt: 1, sourceId: 's', endpoint: 'track' },
    new TextEncoder().encode(JSON.stringify({ event: 'X', userId: 'm', messageId: id })),
  );

/** A log of one frame a lot, as messages of a stream. */
function aLog(ids: string[], logId = 'log') {
  let at = 0;
  return ids.map((id, n) => {
    const bytes = frame(id);
    const lot = { logId, from: at, to: at + bytes.length, after: at, bytes, messages: [{ seq: n + 1 }] };
    at += bytes.length;
    return lot;
  });
}

function setup({ waiting = [] as number[], hasNats = true } = {}) {
  const applied: string[] = [];
  const positions = new Map<string, number>();
  const errors: string[] = [];
  const state = { failures: 0, waiting: new Set(waiting) };
  const ingest = {
    positionOf: (logId: string) => Promise.resolve(positions.get(logId) ?? 0),
    accept: ({ mark, events, refused }: Batch) => {
      if (state.failures-- > 0) return Promise.reject(new Error('away'));
      if (mark && mark.to <= (positions.get(mark.logId) ?? 0)) return Promise.resolve();
      applied.push(...events.map(({ eventId }) => eventId), ...refused.map(({ code }) => code));
      if (mark) positions.set(mark.logId, mark.to);
      return Promise.resolve();
    },
  };
  const nats = { holds: (_: string, before = Infinity) => Promise.resolve([...state.waiting].some((n) => n < before)) };
  const sut = new LogDoor({
    ingest,
    appender: { isBehind: () => false },
    batchEvents: 3,
    nats: () => (hasNats ? nats : undefined),
    onError: (error) => void errors.push(error instanceof PlatformError ? error.code : (error as Error).message),
  });
  return { sut, applied, positions, errors, state };
}

describe('a lot of a sender that was told more than this record has', () => {
  it('is not taken, and says how far the log is applied, so that the sender goes back', async () => {
    const { sut, applied } = setup({ hasNats: false });
    const [a, b, c] = aLog(['a', 'b', 'c']);
    await sut.post({ ...a!, known: 0 });
    const tooFar = sut.post({ ...c!, after: 0, known: b!.to });
    await expect(tooFar).rejects.toMatchObject({ code: LOG_BEHIND, kind: 'conflict', details: { position: a!.to } });
    await sut.post({ ...b!, after: 0, known: a!.to });
    await sut.post({ ...c!, after: 0, known: b!.to });
    expect(applied).toEqual(['a', 'b', 'c']);
  });
});

describe('lots from NATS', () => {
  it('are applied in order and counted as taken when they come again', async () => {
    const { sut, applied } = setup();
    const lots = aLog(['a', 'b', 'c', 'd', 'e']);
    expect(await sut.takeLots(lots)).toBe(5);
    expect(await sut.takeLots(lots.slice(1, 3))).toBe(2);
    expect(applied).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('wait for what precedes them as long as it waits itself, and go on loudly when it is nowhere', async () => {
    const { sut, applied, state, errors } = setup();
    const lots = aLog(['a', 'b', 'c']);
    state.waiting.add(1);
    expect(await sut.takeLots(lots.slice(1))).toBe(0);
    expect(applied).toEqual([]);
    state.waiting.clear();
    expect(await sut.takeLots(lots.slice(1))).toBe(2);
    expect(applied).toEqual(['b', 'c']);
    expect(errors).toEqual(['INGEST_LOG_MISSING']);
  });

  it('are tried again while the record is away, and nothing overtakes', async () => {
    const { sut, applied, state, errors } = setup();
    state.failures = 2;
    expect(await sut.takeLots(aLog(['a', 'b', 'c', 'd']))).toBe(4);
    expect(applied).toEqual(['a', 'b', 'c', 'd']);
    expect(errors).toEqual(['away', 'away']);
  });

  it('that hold no frames are set aside and block nothing', async () => {
    const { sut, applied } = setup();
    const [a, b, c] = aLog(['a', 'b', 'c']);
    b!.bytes.set([255, 255], 20);
    await sut.takeLots([a!, b!, c!]);
    expect(applied).toEqual(['a', 'c', 'INGEST_LOG_INVALID']);
  });

  it('of senders that keep no log are applied for themselves, and no position is kept', async () => {
    const { sut, applied, positions } = setup();
    expect(await sut.takeLots(aLog(['a'], 'once-1'))).toBe(1);
    expect(await sut.post({ logId: 'once-2', from: 0, after: 0, bytes: frame('b') })).toBeGreaterThan(0);
    expect([applied, positions.size]).toEqual([['a', 'b'], 0]);
  });

  it('come out complete, once and in order, however they are delivered and delivered again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 11 }), { maxLength: 60 }), async (jumps) => {
        const { sut, applied, state } = setup({ waiting: Array.from({ length: 12 }, (_, n) => n + 1) });
        const ids = Array.from({ length: 12 }, (_, n) => `m${n}`);
        const lots = aLog(ids);
        // Each delivery is a stretch from anywhere; at the end the server has given everything in its order.
        for (const start of [...jumps, ...lots.keys()]) {
          const some = lots.slice(start, start + 4);
          const taken = await sut.takeLots(some);
          for (const { messages } of some.slice(0, taken)) state.waiting.delete(messages[0]!.seq);
        }
        expect(applied).toEqual(ids);
      }),
      { numRuns: 200 },
    );
  });
});

describe('lots by HTTP after NATS', () => {
  const lotBehind = () => {
    const [a, b] = aLog(['a', 'b']);
    return { a: a!, b: { logId: 'log', from: b!.from, after: b!.from, bytes: b!.bytes } };
  };

  it('are refused while the part before them lies in NATS, also by a core that does not read it', async () => {
    const { a, b } = lotBehind();
    await expect(setup({ hasNats: false }).sut.post(b)).rejects.toMatchObject({ code: 'INGEST_LOG_ELSEWHERE' });
    const { sut, applied, state } = setup({ waiting: [1] });
    await expect(sut.post(b)).rejects.toMatchObject({ code: 'INGEST_LOG_ELSEWHERE' });
    await sut.takeLots([a]);
    state.waiting.clear();
    expect(await sut.post(b)).toBe(a.to + b.bytes.length);
    expect(applied).toEqual(['a', 'b']);
  });

  it('are taken, loudly, when that part is nowhere any more', async () => {
    const { b } = lotBehind();
    const { sut, applied, errors } = setup();
    await sut.post(b);
    expect([applied, errors]).toEqual([['b'], ['INGEST_LOG_MISSING']]);
  });
});
