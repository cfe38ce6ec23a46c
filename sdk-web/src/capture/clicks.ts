import { addressOf } from '../browser/address.js';
import type { Fields } from '../core/index.js';
import type { PerennialOptions } from '../browser/options.js';
import type { Capture } from './capture.js';
import { elementOf, markedProperties, textOf } from './elements.js';

const FILE = /\.(pdf|zip|rar|7z|gz|docx?|xlsx?|pptx?|csv|txt|apk|exe|dmg|mp[34])$/i;

const MARKED = '[data-perennial-click]';

/** What is said of an element that was clicked. */
export const describeClick = (element: Element, { text = true }: PerennialOptions, more: Fields = {}): Fields => ({
  ...more,
  ...(element.id && { id: element.id }),
  ...(text && { text: textOf(element) }),
});

/** What was clicked, of everything that counts by itself; the right button opens a menu and nothing else. */
export function clickOf(event: Event, { links = true }: PerennialOptions) {
  const target = elementOf(event);
  if (!target || (event as MouseEvent).button > 1) return undefined;
  const link = target.closest<HTMLAnchorElement>('a[href]');
  return { target, link, marked: target.closest<HTMLElement>(MARKED), leads: link && links && leadOf(link) };
}

/** Marked elements always; links to other sites and files as the options say. */
export function captureClicks({ tracker, listening, options }: Capture): void {
  listening.on(document, 'click auxclick', (event) => {
    const { marked, link, leads } = clickOf(event, options) || {};
    if (marked)
      tracker.track(
        marked.dataset['perennialClick'] || 'Element Clicked',
        describeClick(marked, options, markedProperties(marked)),
      );
    if (leads) tracker.track(leads, describeClick(link!, options, { url: addressOf(link!.href, options.hash) }));
  });
}

/** Where a link leads, when that is nowhere we will hear of. */
function leadOf({ protocol, host, pathname, download }: HTMLAnchorElement): string | undefined {
  if (!protocol.startsWith('http')) return undefined;
  if (download || FILE.test(pathname)) return 'File Downloaded';
  return host === location.host ? undefined : 'Outbound Link Clicked';
}
