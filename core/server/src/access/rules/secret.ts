import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret that its holder sees once; we keep only its hash. 32 random bytes need no slow hash. */
export const newSecret = (prefix = ''): string => prefix + randomBytes(32).toString('base64url');

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(hashSecret(a)), Buffer.from(hashSecret(b))];
  return timingSafeEqual(left, right);
}
