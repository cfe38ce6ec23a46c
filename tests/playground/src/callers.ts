import type { Envelope } from '@perennial/contract';
import { CITIES } from './brand.js';
import { personOf, type Person } from './people.js';

/** People who have just asked to be advised: what fills the consultants' queue when the demo starts. */
export function callers({ people, seed, now }: { people: number; seed: number; now: number }): Envelope[] {
  const amount = Math.min(40, Math.floor(people / 20));
  const step = Math.max(1, Math.floor(people / amount));
  return Array.from({ length: amount }, (_, n) => asking(personOf(seed, n * step), now - (amount - n) * 20_000)).flat();
}

/** Whoever asks says who and where she is. */
function asking({ number, name, phone, city }: Person, at: number): Envelope[] {
  const who = { context: { externalIds: [{ type: 'phone', id: phone }] } };
  const when = (ms: number) => ({ timestamp: new Date(at + ms).toISOString() });
  const home = CITIES.indexOf(city as (typeof CITIES)[number]) < 4 ? city : CITIES[number % 4]!;
  return [
    { type: 'identify', messageId: `caller-${number}-who`, traits: { name, city: home }, ...who, ...when(0) },
    {
      type: 'track',
      event: 'Consultation Booked',
      messageId: `caller-${number}-ask`,
      properties: { city: home, topic: number % 2 === 0 ? '护肤方案' : '彩妆试色' },
      ...who,
      ...when(1_000),
    },
  ];
}
