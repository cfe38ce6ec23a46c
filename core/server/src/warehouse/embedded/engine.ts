/** What the HTTP front asks of an engine: one statement in its own, fresh session. */
export interface EngineRequest {
  query: string;
  /** Data of an INSERT that came apart from its statement. */
  data?: Uint8Array | undefined;
  /** Values in ClickHouse's escaped form, as `param_*` carries them. */
  params: ReadonlyMap<string, string>;
  settings: ReadonlyMap<string, string>;
  database?: string | undefined;
  format: string;
}

export interface EngineAnswer {
  body: Uint8Array;
  readRows: number;
  readBytes: number;
  writtenRows: number;
  elapsedNs: number;
}

export interface Engine {
  /** Rejects with an error whose message is ClickHouse's own: `Code: N. DB::Exception: ... (TYPE)`. */
  run(request: EngineRequest): Promise<EngineAnswer>;
  /** Waits for what runs, up to `waitMs`. */
  close(waitMs: number): Promise<void>;
}
