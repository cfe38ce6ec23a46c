import { chromium, type Browser } from 'playwright-core';
import { existsSync } from 'node:fs';

const BINARIES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const binary = BINARIES.find((path) => existsSync(path));

/** Whether a browser is installed; suites that need one are skipped without, and say so in the closing line. */
export const hasBrowser = binary !== undefined || Boolean(process.env['PERENNIAL_FORBID_SKIPS']);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export const openBrowser = (more: { flags?: string[]; without?: string[] } = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: binary!,
    args: [...FLAGS, ...(more.flags ?? [])],
    ...(more.without && { ignoreDefaultArgs: more.without }),
  });
