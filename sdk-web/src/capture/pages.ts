import { pageOf } from '../browser/address.js';
import type { Capture } from './capture.js';

/** A page view now, and one whenever the address changes without a new document. */
export function capturePages(capture: Capture): void {
  const { tracker, listening, options, beforeLeave } = capture;
  const { pages = true, hash } = options;
  if (!pages) return;
  const address = () => pageOf(location.href, hash);
  let seen = address();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = tracker.guard(() => {
    if (address() === seen) return;
    seen = address();
    for (const work of beforeLeave) work();
    tracker.page();
  });
  // An application writes the title after the address, and may write the address twice.
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, 0);
  };
  // A page that the browser makes ready before anybody asked for it is seen when it is shown, if ever.
  if ((document as { prerendering?: boolean }).prerendering)
    listening.on(document, 'prerenderingchange', () => tracker.page());
  else tracker.page();
  listening.undo.push(() => clearTimeout(timer));
  listening.on(window, 'popstate hashchange', soon);
  listening.on(window, 'pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) tracker.page();
  });
  capture.moved = soon;
  const navigation = navigationOf();
  if (navigation) listening.on(navigation, 'currententrychange', soon);
}

/** What tells of every new address, in browsers that have it; a page may have something of its own by that name. */
export function navigationOf(): EventTarget | undefined {
  const { navigation } = window as { navigation?: Partial<EventTarget> };
  return navigation && navigation.addEventListener && (navigation as EventTarget);
}
