/** `GET /api/v1/keys` (admin), `POST /api/v1/keys/rotate`, `POST /api/v1/keys/:id/retire` */
export interface KeysView {
  keys: KeyView[];
  reseal: ResealView;
}
export interface KeyView {
  id: string;
  isCurrent: boolean;
  /** Something may still be sealed with it. */
  isUsed: boolean;
}
/** How far everything is sealed with the current key, in rows. */
export interface ResealView {
  isRunning: boolean;
  done: number;
  total: number;
}
