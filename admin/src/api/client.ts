import type { Problem } from '@perennial/contract';

/** An answer of core that is an error, with its code for the operator's text. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

let csrf = '';
let onSignedOut: () => void = () => undefined;

export const setCsrf = (token: string): void => void (csrf = token);
export const whenSignedOut = (listener: () => void): void => void (onSignedOut = listener);

/** One call of the API: JSON both ways, the session's token on unsafe methods; `signal` gives it up. Throws `ApiError`. */
export async function api<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const isForm = body instanceof FormData;
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: {
      ...(csrf && { 'x-csrf-token': csrf }),
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
    },
    ...(signal && { signal }),
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  if (response.status === 204) return undefined as T;
  if (response.ok) return (await response.json()) as T;
  throw await refusalOf(response);
}

/** A file of core's under the name that core gives it. Throws `ApiError` where core refuses; nothing is half saved. */
export async function download(path: string, body?: unknown): Promise<{ name: string; content: Blob }> {
  const response = await fetch(`/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(csrf && { 'x-csrf-token': csrf }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw await refusalOf(response);
  const name = nameIn(response.headers.get('content-disposition') ?? '');
  return { name, content: await response.blob() };
}

/** RFC 6266: the name in UTF-8 counts, where there is one. */
function nameIn(disposition: string): string {
  const wide = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  return wide === undefined ? (/filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? 'file') : decodeURIComponent(wide);
}

async function refusalOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => unreadable(response.status))) as Problem;
  if (problem.code === 'ACCESS_SESSION_MISSING') onSignedOut();
  return new ApiError(problem);
}

const unreadable = (status: number): Problem => ({
  type: 'about:blank',
  title: 'no answer',
  status,
  code: 'NO_ANSWER',
  detail: `core answered ${status}`,
});

export const get = <T>(path: string): Promise<T> => api<T>('GET', path);

/** `?a=1&b=2` of what is defined and not empty. */
export function query(values: Record<string, string | number | undefined>): string {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return entries.length > 0
    ? `?${new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString()}`
    : '';
}
