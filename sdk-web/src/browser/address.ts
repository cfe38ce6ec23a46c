import { cut, maskAddress } from '../core/index.js';

const LONGEST = 2000;

/** Without what stands after `#`, unless that makes pages here: applications put tokens and whole documents there. */
export const pageOf = (address: string, hash?: boolean): string => (hash ? address : address.split('#')[0]!);

/** An address as it may leave the page. */
export const addressOf = (address: string, hash?: boolean): string =>
  cut(maskAddress(cut(pageOf(address, hash), 2 * LONGEST)), LONGEST);
