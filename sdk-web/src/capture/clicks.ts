import type { Fields } from '../core/index.js';
import type { Capture } from './capture.js';
import { elementOf, markedProperties, textOf } from './elements.js';

const CLICKABLE = 'a,button,summary,[role=button],[onclick],input[type=submit],input[type=button]';
const FILE = /\.(pdf|zip|rar|7z|gz|docx?|xlsx?|pptx?|csv|txt|apk|exe|dmg|mp[34])$/i;

/** Marked elements always; links to other sites, files, and everything clickable as the options say. */
export function captureClicks({ tracker, listening, options }: Capture): void {
  const { links = true, clicks, text = true } = options;
  const describe = (element: Element, more: Fields = {}): Fields => ({
    ...more,
    ...(element.id && { id: element.id }),
    ...(text && { text: textOf(element) }),
  });
  listening.on(document, 'click auxclick', (event) => {
    const target = elementOf(event);
    // The right button opens a menu and nothing else.
    if (!target || (event as MouseEvent).button > 1) return;
    const marked = target.closest<HTMLElement>('[data-perennial-click]');
    const link = target.closest<HTMLAnchorElement>('a[href]');
    const clickable = target.closest(CLICKABLE);
    const leads = link && links ? leadOf(link) : undefined;
    if (marked)
      tracker.track(marked.dataset['perennialClick'] || 'Element Clicked', describe(marked, markedProperties(marked)));
    if (leads) tracker.track(leads, describe(link!, { url: link!.href }));
    if (clicks && clickable && !marked && !leads)
      tracker.track(
        'Element Clicked',
        describe(clickable, { tag: clickable.tagName.toLowerCase(), ...(link && { url: link.href }) }),
      );
  });
}

/** Where a link leads, when that is nowhere we will hear of. */
function leadOf({ protocol, host, pathname, download }: HTMLAnchorElement): string | undefined {
  if (!protocol.startsWith('http')) return undefined;
  if (download || FILE.test(pathname)) return 'File Downloaded';
  return host === location.host ? undefined : 'Outbound Link Clicked';
}
