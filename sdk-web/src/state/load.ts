import { isObject } from './definitions.js';

/**
 * Asks for definitions as any page asks for a file: the browser keeps the answer's ETag, asks with it the next time and takes
 * a 304 for us, without a header of our own that would cost another site a question in advance.
 */
export async function loadDefinitions(url: string, timeoutMs: number): Promise<unknown> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const answer = await fetch(url, { signal: abort.signal, credentials: 'omit' });
    if (!answer.ok) throw new Error(`STATE_DEFINITIONS_UNREACHABLE: ${answer.status}`);
    const sheet = (await answer.json()) as unknown;
    if (!isObject(sheet)) throw new Error('STATE_DEFINITIONS_INVALID');
    return sheet;
  } finally {
    clearTimeout(timer);
  }
}
