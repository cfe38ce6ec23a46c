import { PlatformError } from '@perennial/contract';

interface SystemError extends Error {
  code?: string;
  port?: number;
  path?: string;
  errcode?: number;
  driverError?: SystemError;
}

const DISK_FULL = 'The disk is full. Free some room in the data folder (PERENNIAL_DATA_DIR) and start again.';

const RECORD = 'The record (record.db in the data folder, or what PERENNIAL_DATABASE_URL names)';
const COPY = 'Stop everything, keep the file aside and put back a copy; docs/guides/operate.md says how.';

/** By SQLite's result codes; extended ones carry the plain one in their low byte. */
const SQLITE_SENTENCES: Record<number, string> = {
  5: `${RECORD} is locked by another program. Stop whatever has it open (another core, a backup, a database tool) and start again.`,
  6: `${RECORD} is locked by another program. Stop whatever has it open and start again.`,
  8: `${RECORD} may only be read. Give this user the right to write the file and its folder.`,
  10: `${RECORD} cannot be read or written: the disk or the network folder it lies on fails.`,
  11: `${RECORD} is damaged ("database disk image is malformed"). ${COPY}`,
  13: DISK_FULL,
  14: `${RECORD} cannot be opened. Does its folder exist, and may this user read and write it and the files beside it (-wal, -shm)?`,
  26: `${RECORD} is not a database: the file is something else, encrypted, or overwritten. ${COPY}`,
};

/** Why core cannot start, as one sentence an operator can act on. What nobody foresaw comes with its stack. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Error && /disk is full|NOT_ENOUGH_SPACE|no space left/i.test(error.message)) return DISK_FULL;
  if (error instanceof PlatformError && error.kind !== 'bug') return `${error.code}: ${error.message}`;
  const { code, port, path, stack, errcode } = ((error as SystemError)?.driverError ?? error ?? {}) as SystemError;
  const ofSqlite = errcode === undefined ? undefined : SQLITE_SENTENCES[errcode & 0xff];
  if (ofSqlite) return ofSqlite;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken by another program. Stop it, or set PERENNIAL_PORT to a free one.`;
    case 'EACCES':
    case 'EPERM':
      return `No permission for ${path ?? `port ${port}`}. Choose another with PERENNIAL_DATA_DIR or PERENNIAL_PORT.`;
    case 'EROFS':
      return `${path} lies on a disk that may only be read. Choose another folder with PERENNIAL_DATA_DIR.`;
    case 'ENOENT':
      if (!path) return stack ?? 'unknown error';
      return `${path} is not there and cannot be made. Choose another folder with PERENNIAL_DATA_DIR.`;
    case 'EEXIST':
    case 'ENOTDIR':
      return `${path} is no folder. Choose another with PERENNIAL_DATA_DIR.`;
    case 'ENOSPC':
      return DISK_FULL;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
    case 'ECONNRESET':
    case 'PROTOCOL_CONNECTION_LOST':
    case 'ECONNREFUSED':
      return 'The database of PERENNIAL_DATABASE_URL does not answer. Is it running, and are host and port right?';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The host of PERENNIAL_DATABASE_URL is not known here. Is its name right?';
    case 'ER_BAD_DB_ERROR':
      return 'There is no such database on the server of PERENNIAL_DATABASE_URL. Make it with CREATE DATABASE, or correct the name.';
    case 'ER_ACCESS_DENIED_ERROR':
      return 'The database of PERENNIAL_DATABASE_URL refuses the user or the password.';
    default:
      return stack ?? 'unknown error';
  }
}
