/** `GET|POST /api/v1/sources`, `PATCH|DELETE /api/v1/sources/:id` */
export interface SourceView {
  id: string;
  title: string;
  /** `web`, `miniprogram`, `server`, `import`, ... or a plugin's source key. */
  kind: string;
  createdAt: number;
  keys: WriteKeyView[];
  events: number;
  lastAt?: number;
}
/** `POST /api/v1/sources/:id/keys` answers with `key` once; `DELETE /api/v1/sources/:id/keys/:keyId` revokes it. */
export interface WriteKeyView {
  id: string;
  /** First characters, to tell keys apart. */
  hint: string;
  createdAt: number;
  key?: string;
}
