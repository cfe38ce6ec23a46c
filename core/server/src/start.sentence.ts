import { PlatformError } from '@perennial/contract';

interface SystemError extends Error {
  code?: string;
  port?: number;
  path?: string;
  driverError?: SystemError;
}

const DISK_FULL = 'The disk is full. Free some room in the data folder (PERENNIAL_DATA_DIR) and start again.';

/** Why core cannot start, as one sentence an operator can act on. What nobody foresaw comes with its stack. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Error && /disk is full|NOT_ENOUGH_SPACE|no space left/i.test(error.message)) return DISK_FULL;
  if (error instanceof PlatformError && error.kind !== 'bug') return `${error.code}: ${error.message}`;
  const { code, port, path, stack } = ((error as SystemError)?.driverError ?? error ?? {}) as SystemError;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken by another program. Stop it, or set PERENNIAL_PORT to a free one.`;
    case 'EACCES':
      return `No permission for ${path ?? `port ${port}`}. Choose another with PERENNIAL_DATA_DIR or PERENNIAL_PORT.`;
    case 'EEXIST':
    case 'ENOTDIR':
      return `${path} is no folder. Choose another with PERENNIAL_DATA_DIR.`;
    case 'ENOSPC':
    case 'SQLITE_FULL':
      return DISK_FULL;
    case 'ECONNREFUSED':
      return 'The database of PERENNIAL_DATABASE_URL does not answer. Is it running, and are host and port right?';
    case 'ER_ACCESS_DENIED_ERROR':
      return 'The database of PERENNIAL_DATABASE_URL refuses the user or the password.';
    default:
      return stack ?? 'unknown error';
  }
}
