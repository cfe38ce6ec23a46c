import type { Config } from './config/index.js';
import { isLoopback } from './http/door/listening.js';

/** What an operator should know whose doors stand open. */
export function warningsOf({ host, publicUrl, adminPassword }: Config, isFirst: boolean): string[] {
  const isOpen = !isLoopback(host) && host !== 'localhost' && !publicUrl?.startsWith('https:');
  return [
    ...(isOpen
      ? [
          `core listens on ${host} over plain HTTP: put a proxy with TLS before it and set PERENNIAL_PUBLIC_URL, or set PERENNIAL_HOST=127.0.0.1`,
        ]
      : []),
    ...(adminPassword && !isFirst
      ? [
          'PERENNIAL_ADMIN_PASSWORD counts at the very first start alone and is not used: remove it. `perennial user reset <name>` sets a new password',
        ]
      : []),
  ];
}
