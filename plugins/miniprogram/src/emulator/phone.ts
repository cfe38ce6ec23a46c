/** A request as it leaves the phone. */
export interface Sent {
  url: string;
  method: string;
  header: Record<string, string>;
  body: string;
}

export interface Received {
  status: number;
  header?: Record<string, string>;
  body: string;
}

export type Server = (request: Sent) => Promise<Received>;

const KEY_BYTES = 1024 * 1024;
const TOTAL_BYTES = 10 * 1024 * 1024;

/** What outlives a run of the program: its storage, the network, and what the vendor has on its list. */
export class Phone {
  readonly kept = new Map<string, string>();
  /** Domains that the vendor's console allows, with their scheme, as the operator enters them. */
  domains = ['https://events.example.com'];
  isOnline = true;
  needsPrivacyAuthorization = false;
  /** Milliseconds that a request may go on after the program went to the background. */
  graceMs = 5000;
  /** Storage calls over the bridge, to see what the tracker asks of it. */
  storageCalls = 0;

  constructor(readonly server: Server) {}

  read(key: string): string | undefined {
    this.storageCalls += 1;
    return this.kept.get(key);
  }

  /** Throws when the key, or everything together, would be larger than the vendor allows. */
  write(key: string, value: string): void {
    this.storageCalls += 1;
    if (key.length + value.length > KEY_BYTES) throw new Error('exceed max size: a key may have 1 MB');
    let total = key.length + value.length;
    for (const [name, text] of this.kept) if (name !== key) total += name.length + text.length;
    if (total > TOTAL_BYTES) throw new Error('exceed max size: the storage may have 10 MB');
    this.kept.set(key, value);
  }

  remove(key: string): void {
    this.storageCalls += 1;
    this.kept.delete(key);
  }
}
