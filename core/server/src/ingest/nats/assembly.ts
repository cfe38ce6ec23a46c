/** A message of the log as it comes, reduced to what order is decided by. */
export interface Part<M> {
  logId: string;
  from: number;
  after: number;
  /** Bytes of the same lot that follow in later messages. */
  rest: number;
  bytes: Uint8Array;
  message: M;
}

/** A whole stretch of one log, with the messages that it came in. */
export interface ArrivedLot<M> {
  logId: string;
  from: number;
  to: number;
  after: number;
  bytes: Uint8Array;
  messages: M[];
}

/** Joins lots that came in pieces. Pure of NATS: what a message is, is the caller's business. */
export class Assembly<M> {
  private readonly open = new Map<string, Part<M>[]>();

  /**
   * The lot that the part completes, or what of it is there where pieces are missing before it; undefined while more must
   * come. Pieces that nothing continues are forgotten: their messages are not acknowledged, and come again.
   */
  add(part: Part<M>): ArrivedLot<M> | undefined {
    const held = this.open.get(part.logId) ?? [];
    const parts = endOf(held.at(-1)) === part.from ? [...held, part] : [part];
    this.open.delete(part.logId);
    if (part.rest === 0) return joined(parts);
    this.open.set(part.logId, parts);
    return undefined;
  }
}

const endOf = (part: { from: number; bytes: Uint8Array } | undefined): number | undefined =>
  part && part.from + part.bytes.length;

function joined<M>(parts: Part<M>[]): ArrivedLot<M> {
  const [first] = parts as [Part<M>];
  const bytes = parts.length === 1 ? first.bytes : new Uint8Array(Buffer.concat(parts.map((part) => part.bytes)));
  const messages = parts.map(({ message }) => message);
  return { logId: first.logId, from: first.from, to: first.from + bytes.length, after: first.after, bytes, messages };
}
