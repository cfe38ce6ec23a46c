/** What a request with a body wants, judged by its head alone. */
export type Door = 'signIn' | 'log' | 'json' | 'other';

export interface RequestHead {
  method: string;
  path: string;
  contentType: string | undefined;
}

/** Anything that is not exactly one of ours needs credentials and is not parsed: a wrong guess fails closed. */
export function doorOf({ method, path, contentType }: RequestHead): Door {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (method === 'POST' && path === '/internal/v1/log') return type === 'application/octet-stream' ? 'log' : 'other';
  if (type !== 'application/json') return 'other';
  return method === 'POST' && path === '/api/v1/session' ? 'signIn' : 'json';
}

const KB = 1024;
const MB = 1024 * KB;

/** Most bytes of one body, and how long it may take to arrive. */
export const DOOR_LIMITS: Readonly<Record<Exclude<Door, 'other'>, { bytes: number; seconds: number }>> = {
  signIn: { bytes: 16 * KB, seconds: 10 },
  json: { bytes: MB, seconds: 30 },
  log: { bytes: 32 * MB, seconds: 60 },
};

/** Most bytes of bodies that may be under way at a time, so that even those who may send cannot fill the memory. */
export const DOOR_BUDGETS: Readonly<Record<Exclude<Door, 'other'>, number>> = {
  signIn: 16 * MB,
  json: 64 * MB,
  log: 128 * MB,
};
