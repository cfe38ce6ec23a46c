import type { Capture } from './capture.js';
import { navigationOf } from './pages.js';

/** New addresses in browsers that do not tell of them; what happened before this was loaded is looked at once. */
export function captureHistory({ tracker, listening, moved }: Capture): void {
  if (!moved || navigationOf()) return;
  for (const name of ['pushState', 'replaceState'] as const)
    tracker.guard(() => void listening.undo.push(follow(name, moved)))();
  moved();
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
