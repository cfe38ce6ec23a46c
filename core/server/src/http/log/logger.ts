import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** Secrets have no business in a log; these keys are blanked should one slip in. */
const REDACT = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  'req.headers.authorization',
  'req.headers.cookie',
];

export const createPino = (level: string): Logger =>
  pino({
    level,
    base: null,
    redact: { paths: REDACT, censor: '***' },
    timestamp: pino.stdTimeFunctions.isoTime,
    // A word, as the collector writes it.
    formatters: { level: (label) => ({ level: label }) },
  });

/** Nest's logger over pino: one JSON object a line on standard output. */
export class JsonLogger implements LoggerService {
  constructor(private readonly out: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.out.info(facts(rest), text(message));
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.out.warn(facts(rest), text(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.out.error(facts(rest), text(message));
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.out.debug(facts(rest), text(message));
  }
}

/** Nest hands the context as the last text. */
function facts(rest: unknown[]): Record<string, unknown> {
  const context = rest.at(-1);
  return typeof context === 'string' ? { room: context } : {};
}

const text = (message: unknown): string =>
  typeof message === 'string' ? message : message instanceof Error ? message.message : JSON.stringify(message);
