import type { WriteKeyEntry } from '@perennial/contract';
import type { KeyAnswer } from '../../app.js';

const FRESH_MS = 2_000;
/** A key made a moment ago is asked for, but guessing keys must not hammer core. */
const MISS_MS = 1_000;
const TIMEOUT_MS = 5_000;

export interface WorkerKeysOptions {
  coreUrl: string;
  secret: string;
  now: () => number;
}

interface Told {
  keys: WriteKeyEntry[];
  /** By source; settings that cannot be carried out here. */
  policies?: Record<string, unknown>;
}

/**
 * The write keys as core last told them, in memory alone: whoever has no disk asks again after a start. A source that has
 * settings of its own is turned away: nothing here carries them out, and more would be kept of a visitor than was agreed.
 */
export class WorkerKeys {
  private sources: Map<string, string> | undefined;
  private withSettings = new Set<string>();
  private readonly found = new Map<string, KeyAnswer>();
  private askedAt = -Infinity;

  constructor(private readonly options: WorkerKeysOptions) {}

  /** While core is away, the last list stays in force. */
  async sourceOf(writeKey: string): Promise<KeyAnswer> {
    if (this.age > FRESH_MS) await this.refresh();
    const known = await this.lookUp(writeKey);
    if (known) return known;
    if (this.age > MISS_MS) await this.refresh();
    return (await this.lookUp(writeKey)) ?? (this.sources ? 'unknown' : 'unready');
  }

  private get age(): number {
    return this.options.now() - this.askedAt;
  }

  private async lookUp(writeKey: string): Promise<KeyAnswer | undefined> {
    const known = this.found.get(writeKey);
    if (known) return known;
    const sourceId = this.sources?.get(await sha256(writeKey));
    if (sourceId === undefined) return undefined;
    const answer = this.withSettings.has(sourceId) ? 'unready' : { sourceId };
    this.found.set(writeKey, answer);
    return answer;
  }

  /** Each request asks for itself: some runtimes let no request wait for what another one began. */
  private async refresh(): Promise<void> {
    this.askedAt = this.options.now();
    const told = await this.ask().catch(() => undefined);
    if (!told) return;
    this.withSettings = new Set(Object.keys(told.policies ?? {}));
    this.sources = new Map(told.keys.map(({ hash, sourceId }) => [hash, sourceId]));
    this.found.clear();
  }

  private async ask(): Promise<Told | undefined> {
    const { coreUrl, secret } = this.options;
    const answer = await fetch(`${coreUrl}/internal/v1/keys`, {
      headers: { authorization: `Bearer ${secret}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) return undefined;
    const told = (await answer.json()) as Partial<Told>;
    return Array.isArray(told.keys) ? (told as Told) : undefined;
  }
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
