import { cut, LOG_BEHIND, LOG_HEADERS, type LogAnswer } from '@perennial/contract';
import type { SentLot } from '../../parts.js';
import { SetBack, type Outlet, type Standing } from './outlet.js';

const TIMEOUT_MS = 30_000;
const LOT_BYTES = 2 * 1024 * 1024;

export interface HttpOutletOptions {
  coreUrl: string;
  secret: string;
}

/** Straight to core. `after` is said only where a part of the log went another way. */
export class HttpOutlet implements Outlet {
  readonly name = 'core';
  readonly lotBytes = LOT_BYTES;
  private readonly stopping = new AbortController();

  constructor(private readonly options: HttpOutletOptions) {}

  async positionOf(logId: string): Promise<Standing> {
    const standing = await this.ask(logId, { method: 'GET' });
    if (!Number.isSafeInteger(standing.position)) throw new Error('core answered no position');
    return standing;
  }

  async send({ logId, from, after, known = 0, bytes }: SentLot): Promise<number> {
    const headers = {
      'content-type': 'application/octet-stream',
      [LOG_HEADERS.from]: String(from),
      ...(after > 0 && { [LOG_HEADERS.after]: String(after) }),
      ...(known > 0 && { [LOG_HEADERS.known]: String(known) }),
    };
    const body = bytes as Uint8Array<ArrayBuffer>;
    return (await this.ask(logId, { method: 'POST', headers, body })).position;
  }

  close(): Promise<void> {
    this.stopping.abort();
    return Promise.resolve();
  }

  private async ask(logId: string, { headers, ...request }: RequestInit): Promise<LogAnswer> {
    const { coreUrl, secret } = this.options;
    const response = await fetch(`${coreUrl}/internal/v1/log`, {
      ...request,
      headers: { ...(headers as object), authorization: `Bearer ${secret}`, [LOG_HEADERS.logId]: logId },
      signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (!response.ok) throw refusal(response.status, await response.text());
    return (await response.json()) as LogAnswer;
  }
}

const refusal = (status: number, text: string): Error =>
  status === 409 && text.includes(LOG_BEHIND) ? new SetBack() : new Error(whyRefused(status, text));

const whyRefused = (status: number, text: string): string =>
  status === 401 || status === 403
    ? `core refuses the collector's secret (${status}); PERENNIAL_COLLECTOR_SECRET or the file collector.secret must be the same on both sides`
    : `core answered ${status}: ${cut(text, 200)}`;
