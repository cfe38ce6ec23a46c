import { writeQuery, type Query } from './address.js';

export interface View {
  path: string;
  search: string;
  url: string;
  referrer: string;
}

/** A page in the words of the web tracker. */
export function viewOf(route: string, query: Query, referrer = ''): View {
  const search = writeQuery(query) && `?${writeQuery(query)}`;
  return { path: `/${route}`, search, url: route + search, referrer };
}

export interface Views {
  /** A page is before the visitor; told again of the same page, nothing happens. */
  shown(route: string, query: Query): void;
  /** It is gone; with nothing named, whichever there was. */
  hidden(route?: string): void;
  current(): View | undefined;
}

/** Which page is before the visitor, and for how long. Runtimes tell of one page by several hooks, and of some by none. */
export function createViews(onShown: (route: string) => void, onHidden: (page: View, seconds: number) => void): Views {
  let current: View | undefined;
  let referrer = '';
  let since = 0;
  const hidden = (route?: string) => {
    const left = current;
    if (!left || (route !== undefined && left.path !== `/${route}`)) return;
    current = undefined;
    referrer = left.url;
    onHidden(left, Math.round((Date.now() - since) / 1000));
  };
  return {
    hidden,
    shown(route, query) {
      if (current && current.url === viewOf(route, query).url) return;
      hidden();
      current = viewOf(route, query, referrer);
      since = Date.now();
      onShown(route);
    },
    current: () => current,
  };
}
