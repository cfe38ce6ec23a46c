import type { Fields } from '../core/index.js';

export const LIBRARY = { name: 'perennial-web', version: '0.1.0' };

export interface PageContext {
  (): Fields & { page: Fields };
}

/** What is known of the page and the device without asking anybody. Within one document the page before is the referrer. */
export function createContext(): PageContext {
  let { href: url } = location;
  let { referrer } = document;
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return () => {
    const { href, pathname, search } = location;
    if (href !== url) [referrer, url] = [url, href];
    return {
      page: { path: pathname, referrer, search, title: document.title, url },
      userAgent: navigator.userAgent,
      locale: navigator.language,
      timezone,
      screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
    };
  };
}
