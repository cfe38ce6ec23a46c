import { PlatformError } from '@perennial/contract';
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { IDENTITY } from '../identity.errors.js';

/** The content of the keys file. All keys are 32 bytes, base64. */
export interface KeyFile {
  /** Looks identifiers up; changing it means hashing all of them anew. */
  lookup: string;
  /** Encrypts; the last one is used for new values, all can decrypt. */
  display: { id: string; key: string }[];
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A keyed hash for look-up and AES-256-GCM for display. Neither the values nor the keys are ever logged. */
export class KeyRing {
  private readonly lookup: Buffer;
  private readonly display: Map<string, Buffer>;
  private readonly current: string;

  constructor(file: KeyFile) {
    this.lookup = readKey(file.lookup, 'lookup');
    this.display = new Map(file.display.map(({ id, key }) => [id, readKey(key, id)]));
    const last = file.display.at(-1);
    if (!last) throw invalid('no display key');
    this.current = last.id;
  }

  /** 27 characters: 160 bits of HMAC-SHA-256, base64url. */
  hash(text: string): string {
    return createHmac('sha256', this.lookup).update(text).digest('base64url').slice(0, 27);
  }

  /** `<key id>.<base64url of nonce, ciphertext, tag>` */
  encrypt(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.display.get(this.current)!, nonce);
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${this.current}.${sealed.toString('base64url')}`;
  }

  /** Throws `IDENTITY_KEYS_INVALID` when the key is not on the ring or the text was changed. */
  decrypt(sealed: string): string {
    const [id = '', payload = ''] = sealed.split('.');
    const key = this.display.get(id);
    if (!key) throw invalid(`no display key ${id}`);
    const bytes = Buffer.from(payload, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      );
    } catch (cause) {
      throw new PlatformError(IDENTITY.KEYS_INVALID, 'the ciphertext does not belong to this key', { cause });
    }
  }
}

function readKey(text: string, name: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) throw invalid(`key ${name} is not 32 bytes`);
  return key;
}

const invalid = (message: string): PlatformError =>
  new PlatformError(IDENTITY.KEYS_INVALID, message, { kind: 'invalid' });

export const newKeyFile = (): KeyFile => ({
  lookup: randomBytes(32).toString('base64'),
  display: [{ id: 'k1', key: randomBytes(32).toString('base64') }],
});
