import { jest } from '@jest/globals';
import { cleanup, configure, render } from '@testing-library/react';
import userEvent, { PointerEventsCheckLevel } from '@testing-library/user-event';
import { App } from '../app.js';
import type { MockApi } from './mock-api.js';

// A whole page in jsdom takes seconds where other suites run beside it.
jest.setTimeout(30_000);
configure({ asyncUtilTimeout: 10_000 });

/** The whole admin at one address, over a mocked API; gives the hands of an operator. */
export function renderApp(api: MockApi, path = '/') {
  cleanup();
  localStorage.clear();
  window.history.replaceState({}, '', path);
  Object.assign(globalThis, { fetch: fetchOf(api), EventSource: SilentStream });
  render(<App />);
  return userEvent.setup({ delay: null, pointerEventsCheck: PointerEventsCheckLevel.Never });
}

class SilentStream {
  static readonly CLOSED = 2;
  addEventListener(): void {}
  close(): void {}
}

const fetchOf =
  (api: MockApi) =>
  (url: string, { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown }) => {
    const { status, body: answer } = api.answer({
      method,
      path: url.replace('/api/v1', ''),
      body: typeof body === 'string' ? (JSON.parse(body) as unknown) : body,
      csrf: headers['x-csrf-token'] ?? null,
    });
    return Promise.resolve({ status, ok: status < 400, json: () => Promise.resolve(answer) });
  };
