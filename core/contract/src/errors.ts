/**
 * What went wrong, in the only terms that decide what happens next: the answer's HTTP status, whether trying again
 * can help, and how loudly to log. Kernels and plugins name a kind; nobody but this table knows a status code.
 */
export type ErrorKind = 'invalid' | 'denied' | 'absent' | 'conflict' | 'tooLarge' | 'tooMany' | 'transient' | 'bug';

export interface ErrorPolicy {
  status: number;
  isRetryable: boolean;
  log: 'debug' | 'warn' | 'error';
}

export const ERROR_POLICY: Readonly<Record<ErrorKind, ErrorPolicy>> = {
  invalid: { status: 400, isRetryable: false, log: 'debug' },
  denied: { status: 403, isRetryable: false, log: 'warn' },
  absent: { status: 404, isRetryable: false, log: 'debug' },
  conflict: { status: 409, isRetryable: false, log: 'debug' },
  tooLarge: { status: 413, isRetryable: false, log: 'debug' },
  tooMany: { status: 429, isRetryable: true, log: 'warn' },
  transient: { status: 503, isRetryable: true, log: 'warn' },
  bug: { status: 500, isRetryable: false, log: 'error' },
};

/** RFC 9457 body of every error answer; `code` is ours and never changes its meaning. */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  code: string;
  detail: string;
  /** Ids and keys only, never values of a person. */
  details?: Record<string, unknown>;
}

export interface ErrorFacts {
  kind?: ErrorKind;
  details?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * The one error class of the platform. `code` is `ROOM_NOUN_PROBLEM`, declared in a `*.errors.ts`; the message is for
 * developers; `details` hold ids and keys, never personal data, because both are logged.
 */
export class PlatformError extends Error {
  readonly kind: ErrorKind;
  readonly details: Record<string, unknown>;

  constructor(
    readonly code: string,
    message: string,
    { kind = 'bug', details = {}, cause }: ErrorFacts = {},
  ) {
    super(message, { cause });
    this.name = 'PlatformError';
    this.kind = kind;
    this.details = details;
  }

  get isRetryable(): boolean {
    return ERROR_POLICY[this.kind].isRetryable;
  }
}
