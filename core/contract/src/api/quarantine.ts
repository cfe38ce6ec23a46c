/** `GET /api/v1/quarantine?code=`, `POST /api/v1/quarantine/replay {ids}|{code}`, `DELETE /api/v1/quarantine {ids}` */
export interface QuarantineView {
  id: string;
  sourceId: string;
  receivedAt: number;
  code: string;
  message: string;
  endpoint: string;
  /** The item with what is personal in it masked, cut at 4 kB for display. */
  body: string;
  replays: number;
}
/** `POST /api/v1/quarantine/:id/reveal {reason}`: the item as it came. */
export interface RevealedRefusal {
  body: string;
}
/** Answer to a replay: how many now went through, and how many stay with which reason. */
export interface ReplayResult {
  applied: number;
  refused: number;
}

/** `GET /api/v1/quarantine/state` */
export interface QuarantineState {
  bytes: number;
  /** Most that it may hold of one source, and of all together. */
  sourceBytes: number;
  totalBytes: number;
  /** Rows of history that the warehouse refused; they count towards no quota. */
  setAside: number;
  /** What was refused and only counted, because the quota was reached; newest first. */
  surplus: { sourceId: string; code: string; items: number; firstAt: number; lastAt: number }[];
}
