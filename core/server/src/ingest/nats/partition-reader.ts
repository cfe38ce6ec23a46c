import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { logIdOfSubject, NATS_HEADERS, NATS_LOG } from '@perennial/contract';
import type { Nats } from './connection.js';
import { Assembly, type ArrivedLot, type Part } from './assembly.js';

/** What is unacknowledged for so long comes again: after a core was killed its partitions stand still for as long. */
const ACK_WAIT_MS = 6_000;
const WORKING_MS = 2_000;
const MAX_PENDING = 1_000;
/** Bytes that wait in memory, a partition. */
const AHEAD_BYTES = 4 * 1024 * 1024;
const AGAIN_MS = 1_000;
const NS = 1e6;

/** What the reader does with what it reads. */
export interface Taking {
  /** Applies lots of one log, which follow each other, and answers how many of them; those behind came too early. */
  take(lots: ArrivedLot<JsMsg>[]): Promise<number>;
  /** Whether a log is applied up to there. */
  isApplied(logId: string, to: number): Promise<boolean>;
  redelivered(): void;
}

/** Reads one partition in order, and acknowledges what is committed. */
export class PartitionReader {
  private readonly assembly = new Assembly<JsMsg>();
  /** What came and is neither acknowledged nor given back. */
  private readonly held = new Set<JsMsg>();
  private messages: ConsumerMessages | undefined;
  private heart: NodeJS.Timeout | undefined;
  private isStopping = false;
  private readonly durable: string;

  constructor(
    private readonly nats: Nats,
    private readonly partition: number,
    private readonly taking: Taking,
  ) {
    this.durable = `core-${partition}`;
  }

  /** Ends after `stop`, or rejects when the consumer is lost. */
  async run(): Promise<void> {
    const { manager, client } = this.nats;
    await manager.consumers.add(NATS_LOG.stream, {
      durable_name: this.durable,
      filter_subject: `${NATS_LOG.prefix}.${this.partition}.*`,
      ack_policy: 'explicit',
      ack_wait: ACK_WAIT_MS * NS,
      max_ack_pending: MAX_PENDING,
    });
    const consumer = await client.consumers.get(NATS_LOG.stream, this.durable);
    if (this.isStopping) return;
    this.messages = await consumer.consume({ max_bytes: AHEAD_BYTES, abort_on_missing_resource: true });
    this.heart = setInterval(() => this.stillWorking(), WORKING_MS);
    try {
      await this.readAll(this.messages);
    } finally {
      clearInterval(this.heart);
      this.giveBack([...this.held], 0);
    }
  }

  /** What is being applied ends; what waits behind it goes back at once, for whoever reads next. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.messages?.close();
  }

  private async readAll(messages: ConsumerMessages): Promise<void> {
    const iterator = messages[Symbol.asyncIterator]();
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      const some = [next.value];
      while (messages.getPending() > 0 && some.length < MAX_PENDING) {
        const more = await iterator.next();
        if (more.done) break;
        some.push(more.value);
      }
      if (this.isStopping) return this.giveBack(some, 0);
      await this.takeAll(some);
    }
  }

  private async takeAll(messages: JsMsg[]): Promise<void> {
    const byLog = new Map<string, ArrivedLot<JsMsg>[]>();
    for (const message of messages) {
      this.held.add(message);
      if (message.redelivered) this.taking.redelivered();
      const part = partOf(message);
      if (await this.isLeftOver(part)) {
        this.acknowledge([message]);
        continue;
      }
      const lot = this.assembly.add(part);
      if (lot) byLog.set(lot.logId, [...(byLog.get(lot.logId) ?? []), lot]);
    }
    await Promise.all([...byLog.values()].map((lots) => this.takeLog(lots)));
  }

  /** A piece that was sent twice: its lot was applied with the other one, and nothing would complete it. */
  private async isLeftOver({ logId, from, bytes, rest, message }: Part<JsMsg>): Promise<boolean> {
    return rest > 0 && message.redelivered && (await this.taking.isApplied(logId, from + bytes.length + rest));
  }

  private async takeLog(lots: ArrivedLot<JsMsg>[]): Promise<void> {
    const taken = await this.taking.take(lots);
    for (const { messages } of lots.slice(0, taken)) this.acknowledge(messages);
    this.giveBack(
      lots.slice(taken).flatMap((lot) => lot.messages),
      AGAIN_MS,
    );
  }

  private acknowledge(messages: JsMsg[]): void {
    for (const message of messages) {
      message.ack();
      this.held.delete(message);
    }
  }

  private giveBack(messages: JsMsg[], afterMs: number): void {
    for (const message of messages) {
      message.nak(afterMs);
      this.held.delete(message);
    }
  }

  private stillWorking(): void {
    for (const message of this.held) message.working();
  }
}

function partOf(message: JsMsg): Part<JsMsg> {
  const number = (name: string) => Number(message.headers?.get(name) || 0);
  return {
    logId: logIdOfSubject(message.subject),
    from: number(NATS_HEADERS.from),
    after: number(NATS_HEADERS.after),
    rest: number(NATS_HEADERS.rest),
    bytes: message.data,
    message,
  };
}
