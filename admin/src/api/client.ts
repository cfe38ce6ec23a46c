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
  const problem = (await response.json().catch(() => unreadable(response.status))) as Problem;
  if (problem.code === 'ACCESS_SESSION_MISSING') onSignedOut();
  throw new ApiError(problem);
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
