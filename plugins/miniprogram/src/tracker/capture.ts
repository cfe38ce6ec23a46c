import type { Tracker } from '@perennial/sdk-web/core';
import { queryOf } from './address.js';
import { createAppLife, type AppLife } from './app-life.js';
import { readEntry } from './entry.js';
import { routeOf, type Observed } from './observe.js';
import type { MiniOptions } from './options.js';
import type { Privacy } from './privacy.js';
import type { Scope } from './scope.js';
import { shareCard } from './share.js';
import { tapOf } from './taps.js';
import { ask, type Found } from './vendor.js';
import { createViews, viewOf, type View, type Views } from './views.js';

export interface Capture extends Omit<Observed, 'guard'>, Pick<AppLife, 'entry'> {
  /** The page before the visitor; none while the program is being opened. */
  page: () => View | undefined;
}

export interface CaptureParts {
  found: Found;
  scope: Scope;
  options: MiniOptions;
  tracker: Tracker;
  privacy: Privacy;
  /** Whether anything may be told, so that no mark is put into a path of somebody who said no. */
  mayTell: () => boolean;
}

/** What is told without a call of the program. */
export function createCapture(parts: CaptureParts): Capture {
  const { found, scope, options, tracker, privacy, mayTell } = parts;
  const { capture = {}, hideQuery } = options;
  const query = (raw: unknown) => queryOf(raw, hideQuery);
  const views = createPageViews(parts);
  const life = createLife(parts);
  const page = () => {
    const top = scope.top();
    return views.current() || (top && viewOf(routeOf(top), query(top.options)));
  };
  return {
    ...life,
    views,
    page,
    query,
    top: scope.top,
    shown(raw) {
      privacy.ask();
      life.shown(raw);
      tracker.wake();
    },
    hidden() {
      views.hidden();
      life.hidden();
      tracker.leave();
    },
    event(event) {
      if (/^agreeprivacy/i.test(String(event.type))) privacy.answer(true);
      const tap = capture.taps !== false && tapOf(event);
      if (tap) tracker.track(...tap);
    },
    refreshed() {
      if (capture.pullDown !== false) tracker.track('Page Refreshed');
    },
    shared(given, how) {
      // Elsewhere than at WeChat a card that is not there is no card of the present page.
      const isOurs = given ? typeof given === 'object' : found.vendor === 'wechat';
      if (capture.shares === false || !isOurs || !mayTell()) return given;
      const { from = 'menu' } = Object(how) as { from?: string };
      return shareCard(Object(given) as object, from, page()!.url, tracker, life.entry());
    },
  };
}

function createPageViews({ options, tracker, privacy }: CaptureParts): Views {
  const isOff = (options.capture || {}).pages === false;
  return createViews(
    (route) => {
      privacy.ask();
      if (!isOff) tracker.page(route);
    },
    (page, seconds) => {
      if (!isOff && seconds > 0) tracker.track('Page Engaged', { seconds }, { context: { page } });
    },
  );
}

function createLife({ found, options, tracker }: CaptureParts): AppLife {
  const { capture = {}, codeParameters = {}, hideQuery } = options;
  const { api, vendor } = found;
  const remembered = api['getEnterOptionsSync'] ? 'getEnterOptionsSync' : 'getLaunchOptionsSync';
  return createAppLife(
    (raw) => readEntry(raw || ask(api, remembered), vendor, codeParameters, hideQuery),
    (event, properties) => {
      if ((event === 'Share Opened' ? capture.shares : capture.app) !== false) tracker.track(event, properties);
    },
  );
}
