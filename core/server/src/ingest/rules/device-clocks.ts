import { correctionOf, type Envelope } from '@perennial/contract';

/** Before the device's clock showed `until`, its acts were corrected by `correction`, and were over at `at`. */
interface Knot {
  until: number;
  at: number;
  correction: number;
}

interface DeviceClock {
  /** What is added to the device's times from its last knot on. */
  correction: number;
  /** By time; mostly none. */
  knots: Knot[];
}

/** No transit explains a difference beyond this: the device's clock was set. */
const SET_MS = 120_000;
const MOST_KNOTS = 8;
const MOST_DEVICES = 50_000;

/**
 * What is known of the clocks of devices that sent lately, so that requests which overtake each other do not change the
 * order of a device's acts. The fastest request so far tells best by how much a clock is wrong, as transit can only make
 * that look more. A correction that was too large so shrinks; what was acted before stays mapped as it was, up to the
 * moment at which the faster request came in, and the order holds: each act lies at or after all earlier ones
 * (decision 29 has the arithmetic). In memory alone: what is forgotten is measured again.
 */
export class DeviceClocks {
  private readonly clocks = new Map<string, DeviceClock>();

  /** The instant of an act by the server's clock; `skew` is what its request showed. */
  correct(device: string, acted: number, skew: number, receivedAt: number): number {
    const clock = this.clockOf(device, skew);
    if (skew < clock.correction) sharpen(clock, skew, receivedAt);
    return mapped(clock, acted);
  }

  private clockOf(device: string, skew: number): DeviceClock {
    const known = this.clocks.get(device);
    if (known && Math.abs(skew - known.correction) <= SET_MS) return known;
    const clock = { correction: correctionOf(skew), knots: [] };
    // A device that begins anew is the youngest; the oldest is forgotten first.
    this.clocks.delete(device);
    if (this.clocks.size >= MOST_DEVICES) this.clocks.delete(this.clocks.keys().next().value!);
    this.clocks.set(device, clock);
    return clock;
  }
}

function sharpen(clock: DeviceClock, skew: number, receivedAt: number): void {
  clock.knots.push({ until: receivedAt - skew, at: receivedAt, correction: clock.correction });
  if (clock.knots.length > MOST_KNOTS) clock.knots.shift();
  clock.correction = skew;
}

function mapped({ knots, correction }: DeviceClock, acted: number): number {
  const knot = knots.find(({ until }) => acted < until);
  return knot ? Math.min(acted + knot.correction, knot.at) : acted + correction;
}

/** Whose clock an event's times are of; undefined where it names no device. */
export const deviceOf = ({ anonymousId, userId }: Envelope, sourceId: string): string | undefined => {
  const id = anonymousId || userId;
  return id ? `${sourceId}\n${id}` : undefined;
};
