import { attempt } from './attempt.js';

/** The web's source of randomness, where the platform has one. */
declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array };

/**
 * 128 random bits as 32 hex characters. `crypto.randomUUID` is absent on pages without https, and mini programs have no
 * `crypto` at all, and pages write one of their own: there the generator of the language must do, which is enough to tell
 * events apart.
 */
export function randomId(): string {
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 16; i++) bytes[i] = Math.random() * 256;
  attempt(() => crypto.getRandomValues(bytes), bytes);
  let id = '';
  for (const byte of bytes) id += (byte + 256).toString(16).slice(1);
  return id;
}
