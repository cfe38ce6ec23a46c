import type { Capture } from './capture.js';

/** A page view now, and one whenever the address changes without a new document. */
export function capturePages({ tracker, listening, options, beforeLeave }: Capture): void {
  const { pages = true, hash } = options;
  if (!pages) return;
  const address = () => location.pathname + location.search + (hash ? location.hash : '');
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
  const { navigation } = window as { navigation?: EventTarget };
  if (navigation) listening.on(navigation, 'currententrychange', soon);
  else
    for (const name of ['pushState', 'replaceState'] as const)
      tracker.guard(() => listening.undo.push(follow(name, soon)))();
}

/** Tells of calls of the page's own history, in browsers that do not tell by themselves. */
function follow(name: 'pushState' | 'replaceState', after: () => void): () => void {
  const original = history[name];
  let isOn = true;
  const followed: typeof original = function (this: History, ...args) {
    original.apply(this, args);
    if (isOn) after();
  };
  history[name] = followed;
  return () => {
    isOn = false;
    // Whoever wrapped it after us keeps a wrapper that does nothing more.
    if (history[name] === followed) history[name] = original;
  };
}
