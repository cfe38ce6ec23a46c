import { answerOf, type Answer, type Transport } from '@perennial/sdk-web/core';
import { attempt, call, type Found } from './vendor.js';

/** What the vendors say of a request. Alipay's older versions say `status` and `headers`, and `error` where others say `errno`. */
interface Outcome {
  statusCode?: number;
  status?: number;
  header?: Record<string, unknown>;
  headers?: Record<string, unknown>;
  data?: unknown;
  errMsg?: string;
  errorMessage?: string;
  errno?: number;
  error?: number;
}

export interface MiniTransport extends Transport {
  /** Why the vendor lets nothing through to the collector; nobody but the program's owner can change that. */
  blocked?: string;
  /** How often it said so again: one fault of a setting is one error. */
  repeats: number;
}

/** A vendor that never calls back must not hold the queue for ever. */
const GRACE_MS = 5000;

export function createTransport({ api }: Found, endpoint: string, timeout: number): MiniTransport {
  const header = { 'content-type': 'text/plain' };
  const transport: MiniTransport = {
    repeats: 0,
    post: (data) =>
      new Promise((resolve, reject) => {
        const url = `${endpoint.replace(/\/+$/, '')}/v1/batch`;
        const fail = (outcome: Outcome) => {
          const said = outcome.errMsg || outcome.errorMessage || 'no answer';
          if (isBlocking(outcome)) {
            if (transport.blocked) transport.repeats++;
            transport.blocked = said;
          }
          reject(new Error(said));
        };
        const timer = setTimeout(() => fail({}), timeout + GRACE_MS);
        const ended = (outcome: Outcome) => {
          clearTimeout(timer);
          // Alipay calls an answer other than 2xx a failure, and tells its status there or not at all.
          const status = outcome.statusCode || outcome.status;
          if (!status) return fail(outcome);
          transport.blocked = undefined;
          resolve(read(status, outcome));
        };
        call(api, 'request', {
          url,
          method: 'POST',
          data,
          timeout,
          header,
          headers: header,
          success: ended,
          fail: ended,
        });
      }),
  };
  return transport;
}

/** The domain is not on the program's list, or the address has no scheme: WeChat's 600002 and 600009, Alipay's 11. */
const isBlocking = ({ errno, error, errMsg }: Outcome): boolean =>
  errno === 600002 || errno === 600009 || error === 11 || /domain list|invalid url|合法域名/.test(errMsg || '');

async function read(status: number, { header, headers, data }: Outcome): Promise<Answer> {
  const found = header || headers || {};
  const name = Object.keys(found).find((key) => /^retry-after$/i.test(key));
  // Most vendors read JSON by themselves.
  const said = attempt<unknown>(() => (typeof data === 'string' ? JSON.parse(data) : data), 0);
  return answerOf(status, said, Number(found[name!]) || 0);
}
