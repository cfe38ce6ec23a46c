import type { WriteKeyEntry } from '@perennial/contract';
import { createHash, createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { KeyAnswer, KnownKey } from '../../app.js';
import { RateLimits } from '../../policy/rate.js';
import type { Log } from './log.js';
import { Policies } from './policies.js';
import { readState, writeState } from './state-file.js';

const MISS_MS = 1_000;
const TIMEOUT_MS = 5_000;
const TELL_AFTER = 2;

export interface KeyCacheOptions {
  folder: string;
  coreUrl: string;
  secret: string;
  pollMs: number;
  now: () => number;
  log: Log;
}

/**
 * The write keys and their sources' settings, as core last told them; kept on disk, so that a restart while core is away
 * loses no visitor, and keeps no more of one than was agreed.
 */
export class KeyCache {
  /** Source by the hash of its key; undefined while no list was ever had. */
  private sources: Map<string, string> | undefined;
  private readonly found = new Map<string, KnownKey>();
  private readonly policies: Policies;
  private etag: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> | undefined;
  private refreshedAt = -Infinity;
  private failures = 0;

  constructor(private readonly options: KeyCacheOptions) {
    this.policies = new Policies({ digestFor, limits: new RateLimits(options.now) }, options.log);
    const stored = parse(readState(this.path));
    // Before there were settings, the file held the list of keys alone.
    const told = toldIn(Array.isArray(stored) ? { keys: stored } : stored);
    if (told) this.take(told);
  }

  get size(): number {
    return this.sources?.size ?? 0;
  }

  start(): void {
    void this.refresh();
    this.timer = setInterval(() => void this.refresh(), this.options.pollMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** At once for a known key. A key made a moment ago is asked for, but guessing keys must not hammer core. */
  sourceOf(writeKey: string): KeyAnswer | Promise<KeyAnswer> {
    return this.lookUp(writeKey) ?? this.sourceAfterRefresh(writeKey);
  }

  private async sourceAfterRefresh(writeKey: string): Promise<KeyAnswer> {
    if (this.refreshing || this.options.now() - this.refreshedAt > MISS_MS) await this.refresh();
    return this.lookUp(writeKey) ?? (this.sources ? 'unknown' : 'unready');
  }

  /** Hashing each request's key anew costs more than all other checks; what was found is remembered until the next list. */
  private lookUp(writeKey: string): KeyAnswer | undefined {
    const known = this.found.get(writeKey);
    if (known) return known;
    const sourceId = this.sources?.get(createHash('sha256').update(writeKey).digest('hex'));
    if (sourceId === undefined) return undefined;
    const policy = this.policies.of(sourceId);
    const answer = { sourceId, ...(policy && { policy }) };
    this.found.set(writeKey, answer);
    return answer;
  }

  /** Never rejects: while core is away, or answers nonsense, the last list stays in force. */
  private refresh(): Promise<void> {
    this.refreshedAt = this.options.now();
    this.refreshing ??= this.fetch()
      .then(
        () => (this.failures = 0),
        (error: unknown) => this.failed(error as Error),
      )
      .then(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async fetch(): Promise<void> {
    const { coreUrl, secret } = this.options;
    const response = await fetch(`${coreUrl}/internal/v1/keys`, {
      headers: { authorization: `Bearer ${secret}`, ...(this.etag && { 'if-none-match': this.etag }) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (response.status === 304) return;
    if (!response.ok) throw new Error(`core answered ${response.status}`);
    const told = toldIn(parse(text));
    if (!told) throw new Error('core answered no list of keys');
    this.take(told);
    writeState(this.path, JSON.stringify(told));
    this.etag = response.headers.get('etag') ?? undefined;
  }

  /** One failed look, such as over a connection that core had just closed, is ordinary while keys are known. */
  private failed(error: Error): void {
    this.failures += 1;
    if (this.failures === (this.sources ? TELL_AFTER : 1))
      this.options.log('error', 'the write keys cannot be refreshed; the last known ones stay in force', {
        problem: error.message,
        known: this.size,
      });
  }

  private take({ keys, policies }: Told): void {
    this.found.clear();
    this.policies.take(policies);
    this.sources = new Map(keys.map(({ hash, sourceId }) => [hash, sourceId]));
  }

  private get path(): string {
    return join(this.options.folder, 'keys.json');
  }
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}

const digestFor = (key: string) => (text: string) => createHmac('sha256', key).update(text).digest('hex');

interface Told {
  keys: WriteKeyEntry[];
  /** By source, as they came: what each says is read when it is compiled. */
  policies: Record<string, unknown>;
}

/** Only what the collector needs of an answer; undefined when it holds no list of keys. */
function toldIn(value: unknown): Told | undefined {
  const { keys, policies } = (value ?? {}) as { keys?: unknown; policies?: unknown };
  const isEntry = (entry: Partial<WriteKeyEntry> | null) =>
    typeof entry?.hash === 'string' && typeof entry.sourceId === 'string';
  if (!Array.isArray(keys) || !keys.every(isEntry)) return undefined;
  return {
    keys: (keys as WriteKeyEntry[]).map(({ hash, sourceId }) => ({ hash, sourceId })),
    policies: typeof policies === 'object' && policies !== null ? (policies as Record<string, unknown>) : {},
  };
}
