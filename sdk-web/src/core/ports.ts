/** A place for small texts that outlives the page. `set` may throw (no room, forbidden): the text then stays in memory. */
export interface Storage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** All keys that this tracker wrote, whichever tab it was. */
  keys(): string[];
}

/** What the collector said of one event that it refused. */
export interface Refused {
  index: number;
  code: string;
  message: string;
}

export interface Answer {
  status: number;
  /** Seconds of the `Retry-After` header. */
  retryAfter?: number;
  errors?: Refused[];
}

export interface Transport {
  /** Rejects when nobody answered. */
  post(body: string): Promise<Answer>;
  /** Hands over what must outlive the page; false when it was not taken. Absent where there is no such thing. */
  beacon?(body: string): boolean;
}

/** Whose turn it is to send what other tabs left behind, where several share one queue. */
export interface Turn {
  /** Runs the work unless another tab sends at the moment; false then. */
  take(work: () => Promise<void>): Promise<boolean>;
}

export type Fields = Record<string, unknown>;

/** What the heart of the tracker needs of the place that it runs in. */
export interface Ports {
  storage: Storage;
  transport: Transport;
  library: { name: string; version: string };
  /** What is known of the page, the device and the moment; asked for each event. */
  context(): Fields;
  /** What brought the visitor here, when the present page says so; a new one begins a new session. */
  campaign?(): Fields | undefined;
  /** Facts that belong to the beginning of a session alone: referrer, landing page, first and last touch. */
  arrival?(storage: Storage): Fields;
  /** Absent where nobody else uses the storage. What it keeps goes by the storage that it is given. */
  turn?(storage: Storage): Turn;
  now?(): number;
}
