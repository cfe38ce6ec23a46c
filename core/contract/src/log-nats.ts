import { crc32, ONCE } from './log.js';

/**
 * The log by way of NATS JetStream, for several collectors and cores. A message is a lot of one collector's log, or a part
 * of a lot that is larger than the server takes. Each log has a subject of its own within one of few partitions; a core
 * reads whole partitions, so that what belongs to one log is applied by one core at a time (decision 23).
 */
export const NATS_LOG = { stream: 'PERENNIAL_LOG', prefix: 'perennial.log', partitions: 8 } as const;

/** Beside them stands `Nats-Msg-Id`, by which JetStream drops what is published twice. All numbers are positions or bytes. */
export const NATS_HEADERS = {
  from: 'Perennial-From',
  /** Up to where the log was handed over before this lot: it must be applied first. */
  after: 'Perennial-After',
  /** Bytes of the same lot that follow in later messages; absent when there are none. */
  rest: 'Perennial-Rest',
} as const;

const encoder = new TextEncoder();

export const partitionOf = (logId: string): number => crc32(encoder.encode(logId)) % NATS_LOG.partitions;

/** A log's id is part of the subject, so it must be one word there. */
export const natsSubjectOf = (logId: string): string => `${NATS_LOG.prefix}.${partitionOf(logId)}.${logId}`;

export const logIdOfSubject = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);

export const natsMessageId = (logId: string, from: number, to: number): string => `${logId}:${from}:${to}`;

/** What the stream must be. Acknowledged by core means gone; a full stream refuses, and the collector's spool keeps. */
export const natsStream = (replicas: number, maxBytes: number) =>
  ({
    name: NATS_LOG.stream,
    subjects: [`${NATS_LOG.prefix}.>`],
    retention: 'workqueue',
    storage: 'file',
    discard: 'new',
    num_replicas: replicas,
    max_bytes: maxBytes,
    /** Two minutes, in ns: longer than any client tries to send the same message again. */
    duplicate_window: 120e9,
  }) as const;

/** Whether the id stands for a single lot that belongs to no log; see `ONCE`. */
export const isOnce = (logId: string): boolean => logId.startsWith(ONCE);
