import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { guessesOf } from './guessable.js';

/** OWASP's first choice for scrypt: N = 2^17, r = 8, p = 1 (about 128 MB and a third of a second here). */
export const PASSWORD_COST = 2 ** 17;
const MEMORY = 256 * 1024 * 1024;

const derive = (password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, 32, { ...cost, maxmem: MEMORY }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

/** `scrypt$N$r$p$salt$key`: the cost is kept with the hash, so that it can be raised later. */
export async function hashPassword(password: string, N = PASSWORD_COST): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, { N, r: 8, p: 1 });
  return ['scrypt', N, 8, 1, salt.toString('base64url'), key.toString('base64url')].join('$');
}

export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt, key] = stored.split('$');
  const expected = Buffer.from(key!, 'base64url');
  const actual = await derive(password, Buffer.from(salt!, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(actual, expected);
}

/** What is left to guess when words and runs count as one character each. */
const LEAST_GUESSES = 7;

/** What is wrong with a new password, or undefined. Length beats character classes (NIST SP 800-63B). */
export function passwordProblem(password: string, name: string): string | undefined {
  if (password.length < 10) return 'a password needs at least 10 characters';
  if (password.length > 256) return 'a password may have at most 256 characters';
  if (password.toLowerCase().includes(name.toLowerCase())) return 'a password must not contain the user name';
  if (new Set(password).size < 4) return 'a password needs at least 4 different characters';
  const isGuessable = guessesOf(password, [name, 'perennial']) < LEAST_GUESSES;
  return isGuessable ? 'a password must not be made of common words, dates, repeats and runs of keys' : undefined;
}

/** Readable aloud: four groups of four from an alphabet without look-alikes (77 bits). */
export function oneTimePassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  const bytes = [...randomBytes(16)].map((byte) => alphabet[byte % alphabet.length]).join('');
  return bytes.match(/.{4}/g)!.join('-');
}
