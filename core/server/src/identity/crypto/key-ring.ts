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
  private file: KeyFile;
  private display: Map<string, Buffer>;

  /** `again` reads the keys once more: another core may have added one. */
  constructor(
    file: KeyFile,
    private readonly again: () => KeyFile = () => file,
  ) {
    checkShape(file);
    this.lookup = readKey(file.lookup, 'lookup');
    this.file = file;
    this.display = readDisplay(file);
  }

  ids(): string[] {
    return [...this.display.keys()];
  }

  /** What new values are sealed with. */
  get currentId(): string {
    return this.file.display.at(-1)!.id;
  }

  /** Tells a display key from another of the same id, and tells nothing of either. */
  markOf(id: string): string {
    return this.hash(`display ${id} ${this.display.get(id)!.toString('base64')}`);
  }

  withKey(key: KeyFile['display'][number]): KeyFile {
    return { ...this.file, display: [...this.file.display, key] };
  }

  withoutKey(id: string): KeyFile {
    return { ...this.file, display: this.file.display.filter((key) => key.id !== id) };
  }

  /** Takes up display keys that were added or retired; the look-up key is for the record's life. */
  reload(): void {
    const file = this.again();
    checkShape(file);
    if (file.lookup !== this.file.lookup) throw invalid('the look-up key has changed');
    this.display = readDisplay(file);
    this.file = file;
  }

  /** 27 characters: 160 bits of HMAC-SHA-256, base64url. */
  hash(text: string): string {
    return createHmac('sha256', this.lookup).update(text).digest('base64url').slice(0, 27);
  }

  /** `<key id>.<base64url of nonce, ciphertext, tag>` */
  encrypt(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.display.get(this.currentId)!, nonce);
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${this.currentId}.${sealed.toString('base64url')}`;
  }

  /** Throws `IDENTITY_KEYS_INVALID` when the key is not on the ring or the text was changed. */
  decrypt(sealed: string): string {
    const [id = '', payload = ''] = sealed.split('.');
    if (!this.display.has(id)) this.reload();
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

function checkShape(file: KeyFile): void {
  const isSound = typeof file?.lookup === 'string' && Array.isArray(file.display) && file.display.length > 0;
  if (!isSound) throw invalid('the keys need a look-up key and at least one display key');
}

const readDisplay = ({ display }: KeyFile): Map<string, Buffer> =>
  new Map(display.map(({ id, key }) => [id, readKey(key, id)]));

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
