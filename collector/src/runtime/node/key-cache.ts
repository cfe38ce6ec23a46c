import type { WriteKeyEntry } from '@perennial/contract';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyAnswer } from '../../app.js';

const POLL_MS = 2_000;
const MISS_MS = 1_000;
const TIMEOUT_MS = 5_000;

export interface KeyCacheOptions {
  folder: string;
  coreUrl: string;
  secret: string;
  now: () => number;
}

/** The write keys, as core last told them; kept on disk, so that a restart while core is away loses no visitor. */
export class KeyCache {
  private sources: Map<string, string> | undefined;
  private readonly known = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> | undefined;
  private refreshedAt = -Infinity;

  constructor(private readonly options: KeyCacheOptions) {
    if (existsSync(this.path)) this.take(JSON.parse(readFileSync(this.path, 'utf8')) as WriteKeyEntry[]);
  }

  start(): void {
    void this.refresh();
    this.timer = setInterval(() => void this.refresh(), POLL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async sourceOf(writeKey: string): Promise<KeyAnswer> {
    const found = this.lookUp(writeKey);
    if (found) return { sourceId: found };
    // A key made a moment ago is not known yet; guessing keys must not hammer core.
    if (this.refreshing || this.options.now() - this.refreshedAt > MISS_MS) await this.refresh();
    const fresh = this.lookUp(writeKey);
    if (fresh) return { sourceId: fresh };
    return this.sources ? 'unknown' : 'unready';
  }

  /** Hashing each request's key anew would cost more than all else; what was found is remembered until the next list. */
  private lookUp(writeKey: string): string | undefined {
    const known = this.known.get(writeKey);
    if (known) return known;
    const found = this.sources?.get(createHash('sha256').update(writeKey).digest('hex'));
    if (found) this.known.set(writeKey, found);
    return found;
  }

  private refresh(): Promise<void> {
    this.refreshing ??= this.fetch().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  /** While core is away the last list stays in force. */
  private async fetch(): Promise<void> {
    this.refreshedAt = this.options.now();
    const { coreUrl, secret } = this.options;
    const response = await fetch(`${coreUrl}/internal/v1/keys`, {
      headers: { authorization: `Bearer ${secret}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => undefined);
    if (!response?.ok) return;
    const { keys } = (await response.json()) as { keys: WriteKeyEntry[] };
    const text = JSON.stringify(keys);
    if (this.sources && text === this.text) return;
    this.take(keys);
    writeFileSync(`${this.path}.new`, text, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }

  private text = '';

  private take(keys: WriteKeyEntry[]): void {
    this.text = JSON.stringify(keys);
    this.known.clear();
    this.sources = new Map(keys.map(({ hash, sourceId }) => [hash, sourceId]));
  }

  private get path(): string {
    return join(this.options.folder, 'keys.json');
  }
}
