import type { RequestFacts } from '@perennial/contract';
import Bowser from 'bowser';
import { isbot } from 'isbot';

/** Browser, system and kind of device of a user agent, and whether it says that it is a robot. */
export function readUserAgent(userAgent: string): RequestFacts {
  const { browser, os, platform } = Bowser.parse(userAgent);
  const facts = {
    browser: browser.name,
    browserVersion: browser.version,
    os: os.name,
    osVersion: os.versionName ?? os.version,
    device: platform.type,
  };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== '');
  return { ...Object.fromEntries(known), ...(isbot(userAgent) && { isBot: true as const }) };
}
