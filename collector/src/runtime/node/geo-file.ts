import { cut, type RequestFacts } from '@perennial/contract';
import { Reader, type Response } from 'mmdb-lib';
import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { BoundedMap } from './bounded-map.js';
import type { Log } from './log.js';

type Place = Pick<RequestFacts, 'country' | 'region' | 'city'>;

const LOOK_MS = 5_000;
const MOST_ADDRESSES = 20_000;
const NOWHERE: Place = {};

/**
 * Places of addresses from a MaxMind DB file that the operator supplies, read again when it changes. A file that is
 * missing or wrong is told once and places stay unknown, or known from the file before.
 */
export class GeoFile {
  private reader: Reader<Response> | undefined;
  private readonly places = new BoundedMap<string, Place>(MOST_ADDRESSES);
  private version = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly path: string,
    private readonly log: Log,
    private readonly lookMs = LOOK_MS,
  ) {}

  async start(): Promise<void> {
    await this.look();
    this.timer = setInterval(() => void this.look(), this.lookMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  placeOf(address: string | undefined): Place {
    return this.reader && address ? this.places.get(address, (known) => this.find(known)) : NOWHERE;
  }

  /** Never rejects: whatever is wrong with the file, events go on. */
  private async look(): Promise<void> {
    const version = await stat(this.path).then(
      ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
      () => 'absent',
    );
    if (version === this.version) return;
    this.version = version;
    try {
      this.reader = new Reader<Response>(await readFile(this.path));
      this.places.clear();
      const { databaseType, buildEpoch } = this.reader.metadata;
      this.log('info', 'the file of places is read', { type: databaseType, built: buildEpoch });
    } catch (error) {
      this.log('error', 'the file of places (PERENNIAL_GEO_FILE) cannot be read; what was known before stays', {
        problem: (error as Error).message,
        isKnown: this.reader !== undefined,
      });
    }
  }

  private find(address: string): Place {
    const plain = address.replace(/^::ffff:/i, '').split('%')[0]!;
    if (isIP(plain) === 0) return NOWHERE;
    try {
      return placeIn(this.reader!.get(plain));
    } catch {
      // A damaged file shows only where it is read; that one address has no place then.
      return NOWHERE;
    }
  }
}

/** Both forms in use: names by language (GeoLite2, DB-IP), and plain texts (ipinfo). */
function placeIn(record: unknown): Place {
  const { country, subdivisions, region, city } = (record ?? {}) as Record<string, unknown>;
  const place = {
    country: countryCode(country),
    region: nameOf((subdivisions as unknown[] | undefined)?.[0] ?? region),
    city: nameOf(city),
  };
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}

const countryCode = (country: unknown): string | undefined =>
  textOf((country as { iso_code?: unknown } | undefined)?.iso_code) ?? textOf(country);

const LANGUAGES = ['zh-CN', 'en'];

function nameOf(value: unknown): string | undefined {
  const names = (value as { names?: Record<string, unknown> } | undefined)?.names;
  const known = LANGUAGES.map((language) => names?.[language]).find((name) => textOf(name));
  return textOf(known ?? value);
}

const NAME_LENGTH = 64;
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? cut(value, NAME_LENGTH) : undefined;
