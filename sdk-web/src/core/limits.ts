/** What the collector takes (a spec holds the two bounds to the contract's), and what we allow ourselves. */
export const EVENT_BYTES = 32 * 1024;
export const REQUEST_BYTES = 500 * 1024;
/** Browsers refuse to carry more than 64 kB beyond the end of a page; the frame around the events needs some of it. */
export const BEACON_BYTES = 60_000;
export const BATCH = 100;
/** A visitor who stays offline must not fill the page's storage: the oldest events go first. */
export const QUEUE_EVENTS = 1000;
export const QUEUE_BYTES = 1_000_000;
/** How long another tab has to send what it made; longer than events usually wait for company. */
export const ORPHAN_MS = 3_000;

/** Bytes of a text in UTF-8. Small programs have no `TextEncoder`. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = bytes; i--;) {
    const unit = text.charCodeAt(i);
    // Half of a pair of surrogates is two of four bytes.
    if (unit > 127) bytes += unit > 2047 && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
