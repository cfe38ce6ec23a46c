import type { Tracker } from '@perennial/sdk-web/core';
import { ask, type Api } from './vendor.js';

/** A listener for `wx.onNeedPrivacyAuthorization`. */
export type PrivacyListener = (resolve: (answer: { event?: string }) => unknown, info: unknown) => unknown;

/** The vendor's own question, whether the visitor agrees to the privacy notice, as the answer to ours. */
export interface Privacy {
  /** Asks the vendor for what it remembers, as long as nobody has answered. */
  ask: () => void;
  answer: (agrees: boolean) => void;
  /** Hears what a program's listener resolves. */
  hearing: (listener: PrivacyListener) => PrivacyListener;
}

/**
 * No listener of our own: whoever registers one takes the vendor's window away from the visitor. Where the vendor shows
 * that window, the answer is asked for when she is back on a page.
 */
export function createPrivacy(api: Api, isFollowed: boolean, tracker: Tracker, purpose: string): Privacy {
  const answer = (agrees: boolean) => {
    if (isFollowed) tracker.consent({ [purpose]: agrees });
  };
  return {
    answer,
    ask() {
      if (isFollowed && tracker.consent()[purpose] === undefined)
        ask(api, 'getPrivacySetting', {
          success: (setting: { needAuthorization?: boolean }) => {
            if (setting.needAuthorization === false) answer(true);
          },
        });
    },
    hearing: (listener) => (resolve, info) =>
      listener((said) => {
        if (said.event !== 'exposureAuthorization') answer(said.event === 'agree');
        return resolve(said);
      }, info),
  };
}
