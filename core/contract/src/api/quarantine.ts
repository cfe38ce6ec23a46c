/** `GET /api/v1/quarantine?code=`, `POST /api/v1/quarantine/replay {ids}|{code}`, `DELETE /api/v1/quarantine {ids}` */
export interface QuarantineView {
  id: string;
  sourceId: string;
  receivedAt: number;
  code: string;
  message: string;
  endpoint: string;
  /** The item as it came, cut at 4 kB for display. */
  body: string;
  replays: number;
}
/** Answer to a replay: how many now went through, and how many stay with which reason. */
export interface ReplayResult {
  applied: number;
  refused: number;
}
