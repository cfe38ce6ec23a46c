import type { Capture } from './capture.js';

/** Visible seconds since the last word, and the deepest that was seen: sums and maxima of the events are those of the page. */
export function captureEngagement({ tracker, listening, options, context, beforeLeave }: Capture): void {
  if (!options.engagement) return;
  let { page } = context();
  let since: number | undefined;
  let visible = 0;
  let depth = 0;
  let told = 0;
  const isVisible = () => document.visibilityState === 'visible';
  const count = () => {
    if (since !== undefined) visible += performance.now() - since;
    since = isVisible() ? performance.now() : undefined;
  };
  const look = () => {
    const seen = (scrollY + innerHeight) / document.documentElement.scrollHeight;
    depth = Math.max(depth, Math.min(100, Math.round(seen * 100)));
  };
  const tell = () => {
    count();
    look();
    const seconds = Math.round(visible / 1000);
    if (seconds > 0 || depth > told) tracker.track('Page Engaged', { seconds, depth }, { context: { page } });
    visible -= seconds * 1000;
    told = depth;
    // Within one document another page begins where this one ends.
    const next = context().page;
    if (next['url'] !== page['url']) [page, visible, depth, told] = [next, 0, 0, 0];
  };
  count();
  beforeLeave.push(tell);
  listening.on(document, 'scroll', look);
  listening.on(document, 'visibilitychange', count);
}
