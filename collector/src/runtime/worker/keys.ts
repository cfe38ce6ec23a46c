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

/** The write keys as core last told them, in memory alone: whoever has no disk asks again after a start. */
export class WorkerKeys {
  private sources: Map<string, string> | undefined;
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
    const answer = { sourceId };
    this.found.set(writeKey, answer);
    return answer;
  }

  /** Each request asks for itself: some runtimes let no request wait for what another one began. */
  private async refresh(): Promise<void> {
    this.askedAt = this.options.now();
    const list = await this.ask().catch(() => undefined);
    if (!list) return;
    this.sources = new Map(list.map(({ hash, sourceId }) => [hash, sourceId]));
    this.found.clear();
  }

  private async ask(): Promise<WriteKeyEntry[] | undefined> {
    const { coreUrl, secret } = this.options;
    const answer = await fetch(`${coreUrl}/internal/v1/keys`, {
      headers: { authorization: `Bearer ${secret}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) return undefined;
    const { keys } = (await answer.json()) as { keys?: unknown };
    return Array.isArray(keys) ? (keys as WriteKeyEntry[]) : undefined;
  }
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
