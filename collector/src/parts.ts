import { NATS_HEADERS, natsMessageId } from '@perennial/contract';

/** A stretch of one log on its way: whole frames, and up to where the log was handed over before. */
export interface SentLot {
  logId: string;
  from: number;
  to: number;
  after: number;
  /** Up to where the other side has said that it is applied. */
  known?: number;
  bytes: Uint8Array;
}

export interface NatsMessage {
  id: string;
  headers: Record<string, string>;
  bytes: Uint8Array;
}

/** A lot as messages that the server takes: nearly always one; a frame larger than that goes in pieces. */
export function messagesOf({ logId, from, after, bytes }: SentLot, maxBytes: number): NatsMessage[] {
  const messages: NatsMessage[] = [];
  for (let at = 0; at < bytes.length; at += maxBytes) {
    const part = bytes.subarray(at, at + maxBytes);
    const rest = bytes.length - at - part.length;
    messages.push({
      id: natsMessageId(logId, from + at, from + at + part.length),
      headers: {
        [NATS_HEADERS.from]: String(from + at),
        [NATS_HEADERS.after]: String(at === 0 ? after : from + at),
        ...(rest > 0 && { [NATS_HEADERS.rest]: String(rest) }),
      },
      bytes: part,
    });
  }
  return messages;
}
