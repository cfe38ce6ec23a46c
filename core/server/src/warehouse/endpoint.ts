/** Where a ClickHouse answers. */
export interface Endpoint {
  /** Origin and path prefix, without credentials or query. */
  url: string;
  username: string;
  password: string;
  database: string;
  /** Marks one life of the engine: it changes when an embedded engine is restarted. */
  life: number;
}

/** Gives the endpoint of today; an embedded engine has another port and password after each start. */
export interface EndpointSource {
  /** Waits for the engine up to `waitMs`, then rejects with `WAREHOUSE_ENGINE_UNAVAILABLE`. */
  current(waitMs: number): Promise<Endpoint>;
  stop(): Promise<void>;
}
