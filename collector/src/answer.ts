import type { RefusalCode } from '@perennial/contract';

export interface ItemError {
  index: number;
  code: RefusalCode;
  message: string;
}

/** Answer to whatever was kept: 200, with a reason for each item that is refused. */
export interface Accepted {
  ok: boolean;
  receivedEvents: number;
  okEvents: number;
  errors: ItemError[];
  /** Taken, but not as the source's plan wants it. */
  warnings?: ItemError[];
  /** Why nothing of it was kept though nothing is wrong. */
  dropped?: 'BOT';
}

/** Why a whole request is turned away. `retryAfter` seconds are given where trying again can help. */
export interface Turned {
  status: 400 | 401 | 403 | 404 | 413 | 415 | 429 | 503;
  code: string;
  message: string;
  retryAfter?: number;
}

export const turned = (status: Turned['status'], code: string, message: string, retryAfter?: number): Turned => ({
  status,
  code,
  message,
  ...(retryAfter !== undefined && { retryAfter }),
});
