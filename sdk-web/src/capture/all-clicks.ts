import { addressOf } from '../browser/address.js';
import type { Capture } from './capture.js';
import { clickOf, describeClick } from './clicks.js';

const CLICKABLE = 'a,button,summary,[role=button],[onclick],input[type=submit],input[type=button]';

/** Everything that looks as if it could be clicked, where it did not count already. */
export function captureAllClicks({ tracker, listening, options }: Capture): void {
  if (!options.clicks) return;
  listening.on(document, 'click auxclick', (event) => {
    const { target, marked, link, leads } = clickOf(event, options) || {};
    const clickable = target && target.closest(CLICKABLE);
    if (clickable && !marked && !leads)
      tracker.track(
        'Element Clicked',
        describeClick(clickable, options, {
          tag: clickable.tagName.toLowerCase(),
          ...(link && { url: addressOf(link.href, options.hash) }),
        }),
      );
  });
}
