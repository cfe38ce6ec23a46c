import { attempt, cut, maskText, type Fields } from '../core/index.js';
import { addressOf } from './address.js';

export const LIBRARY = { name: 'perennial-web', version: '0.1.0' };

export interface PageContext {
  (): Fields & { page: Fields };
}

const LONGEST_TITLE = 300;

/** What is known of the page and the device without asking anybody. Within one document the page before is the referrer. */
export function createContext(hash?: boolean): PageContext {
  const here = () => addressOf(location.href, hash);
  let url = here();
  let referrer = addressOf(document.referrer);
  // Pages give names of the browser another meaning.
  const device = () => ({
    userAgent: navigator.userAgent,
    locale: navigator.language,
    screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
  });
  const timezone = attempt(() => Intl.DateTimeFormat().resolvedOptions().timeZone, undefined);
  return () => {
    const now = here();
    if (now !== url) [referrer, url] = [url, now];
    const { pathname, search } = location;
    const title = cut(maskText(document.title), LONGEST_TITLE);
    return {
      page: { path: addressOf(pathname), referrer, search: addressOf(search), title, url },
      ...attempt<Fields>(device, {}),
      timezone,
    };
  };
}
