import { attempt, type Storage } from '../core/index.js';

export type Jar = Pick<Storage, 'set' | 'remove'>;

/** Browsers keep no cookie longer than 400 days. */
const SECONDS = 34_560_000;

/** Null where there is none, and for what nobody can read: a cookie that was cut, a jar that pages may not open. */
export function readCookie(name: string): string | null {
  const start = `${name}=`;
  return attempt(() => {
    const found = document.cookie.split('; ').find((cookie) => cookie.startsWith(start))!;
    return decodeURIComponent(found.slice(start.length));
  }, null);
}

/**
 * The page's cookies, on the widest domain that takes one; undefined where none are kept. Found by trying: no list of
 * public suffixes fits into a tracker.
 */
export function cookieJar(prefix: string, domain?: string): Jar | undefined {
  const labels = location.hostname.split('.');
  // From two labels on; the last resort is no domain at all, which is this host.
  const wider = labels.slice(1).map((_, i) => labels.slice(-2 - i).join('.'));
  const isKeeping = (jar: Jar) =>
    attempt(() => {
      jar.set('probe', '1');
      jar.remove('probe');
      return true;
    }, false);
  return [...(domain === undefined ? wider : [domain]), ''].map((tried) => jarOf(prefix, tried)).find(isKeeping);
}

function jarOf(prefix: string, domain: string): Jar {
  const tail = `;path=/;samesite=lax${domain && `;domain=${domain}`}${location.protocol === 'https:' ? ';secure' : ''}`;
  const write = (key: string, value: string, seconds: number) => {
    document.cookie = `${prefix}${key}=${encodeURIComponent(value)};max-age=${seconds}${tail}`;
  };
  return {
    set(key, value) {
      write(key, value, SECONDS);
      // Too long, or the jar is full: nobody says so.
      if (readCookie(prefix + key) !== value) throw new Error(key);
    },
    remove: (key) => write(key, '', 0),
  };
}
