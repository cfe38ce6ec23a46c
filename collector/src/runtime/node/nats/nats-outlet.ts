import { headersOf } from './message-headers.js';
import { NATS_HEADERS, NATS_LOG, natsSubjectOf } from '@perennial/contract';
import { messagesOf, type NatsMessage, type SentLot } from '../../../parts.js';
import type { Outlet, Standing } from '../outlet.js';
import { ensureStream, openNats, type Nats } from './connect.js';
import type { NatsOptions } from './options.js';

const PUBLISH_MS = 3_000;
/** Larger messages gain nothing and weigh on a cluster, which sends each of them to its replicas. */
const MESSAGE_BYTES = 1_000_000;
/** What the server counts beside our bytes. */
const HEADER_BYTES = 4_096;

/** Publishes the log to JetStream; a lot is taken when as many servers have it as the stream says (PubAck). */
export class NatsOutlet implements Outlet {
  readonly name = 'NATS';
  readonly lotBytes = MESSAGE_BYTES - HEADER_BYTES;
  private opening: Promise<Nats> | undefined;
  private isStreamInDoubt = false;
  private stop: (error: Error) => void = () => undefined;
  private readonly stopped = new Promise<never>((_, reject) => (this.stop = reject));

  constructor(
    private readonly options: NatsOptions,
    /** Asked how far it has applied a log. */
    private readonly core: Outlet,
  ) {
    this.stopped.catch(() => undefined);
  }

  /** The last message that waits says it; where none does, core has applied all that there was. */
  async positionOf(logId: string): Promise<Standing> {
    const { manager } = await this.open();
    const last = await manager.streams.getMessage(NATS_LOG.stream, { last_by_subj: natsSubjectOf(logId) });
    const from = last && Number(last.header.get(NATS_HEADERS.from));
    return last && Number.isSafeInteger(from) ? { position: from! + last.data.length } : this.core.positionOf(logId);
  }

  async send(lot: SentLot): Promise<number> {
    const { connection } = await this.open();
    const limit = Math.min(MESSAGE_BYTES, connection.info?.max_payload ?? MESSAGE_BYTES) - HEADER_BYTES;
    for (const message of messagesOf(lot, limit)) await this.publish(natsSubjectOf(lot.logId), message);
    return lot.to;
  }

  /** Whatever is under way fails; what was published without an answer is published again, and known by its id. */
  async close(): Promise<void> {
    this.stop(new Error('the collector stops'));
    void this.opening?.then(
      ({ connection }) => connection.close(),
      () => undefined,
    );
    await this.core.close();
  }

  private async publish(subject: string, { id, headers, bytes }: NatsMessage): Promise<void> {
    const { client } = await this.open();
    const options = { msgID: id, timeout: PUBLISH_MS, headers: headersOf(headers) };
    await client.publish(subject, bytes, options).catch((error: unknown) => {
      this.isStreamInDoubt = true;
      throw error;
    });
  }

  /** After a failure the stream may be gone, with whatever kept it: it is made anew, and what follows goes on. */
  private async open(): Promise<Nats> {
    const nats = await this.connected();
    if (this.isStreamInDoubt) await ensureStream(nats.manager, this.options);
    this.isStreamInDoubt = false;
    return nats;
  }

  /** One connection, which finds its servers again by itself; one that could not be made or was shut is made anew. */
  private async connected(): Promise<Nats> {
    this.opening ??= openNats(this.options, 'perennial-collector');
    try {
      const nats = await Promise.race([this.opening, this.stopped]);
      if (nats.connection.isClosed()) throw new Error('the connection was shut');
      return nats;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }
}
