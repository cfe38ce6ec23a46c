import { PlatformError } from '@perennial/contract';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { isPublic, publicLookup, refusal } from './address.js';

export interface Answer {
  status: number;
  /** Milliseconds that the receiver asks us to wait. */
  retryAfterMs?: number;
}

export interface PostOptions {
  headers: Record<string, string>;
  body: string;
  allowPrivate: boolean;
  signal: AbortSignal;
}

/** One POST, no redirects followed, the answer's body thrown away. Throws what the connection throws. */
export function post(url: string, { headers, body, allowPrivate, signal }: PostOptions): Promise<Answer> {
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  // An address written as a number is never looked up, so it is checked here.
  if (!allowPrivate && isIP(host) && !isPublic(host)) return Promise.reject(refusal());
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    signal,
    ...(!allowPrivate && { lookup: publicLookup }),
  };
  return new Promise((resolve, reject) => {
    const request = (protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      response.resume();
      const retryAfterMs = readRetryAfter(response.headers['retry-after']);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, ...(retryAfterMs !== undefined && { retryAfterMs }) }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Seconds or a date, as HTTP allows. */
function readRetryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

export const failure = (code: string, message: string, cause?: unknown): PlatformError =>
  new PlatformError(code, message, { kind: 'transient', cause });
