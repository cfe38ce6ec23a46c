export const ROLES = ['viewer', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** `GET|POST /api/v1/session`; `DELETE` signs out. The cookie is HttpOnly; unsafe requests repeat `csrf` in `x-csrf-token`. */
export interface SessionView {
  user: UserView;
  csrf: string;
  /** The password in use is the one-time one; everything but `POST /api/v1/session/password` is denied until it is changed. */
  mustChangePassword: boolean;
}
/** `POST /api/v1/session` */
export interface SignIn {
  name: string;
  password: string;
}
/** `POST /api/v1/session/password` */
export interface PasswordChange {
  current: string;
  next: string;
}
/** `GET|POST /api/v1/users`, `PATCH|DELETE /api/v1/users/:id` (admin) */
export interface UserView {
  id: string;
  name: string;
  role: Role;
  createdAt: number;
  lastSeenAt?: number;
}
/** `GET /api/v1/session/all`, `GET /api/v1/users/:id/sessions`; `DELETE /api/v1/session/others` and `…/sessions` end them. */
export interface OpenSessionView {
  createdAt: number;
  seenAt: number;
  address?: string;
  /** What the browser said it is. */
  agent?: string;
  isCurrent: boolean;
}
/** `POST /api/v1/users/:id/password` (admin): shown once, and changed at the next sign-in. */
export interface OneTimePassword {
  password: string;
}

/**
 * What a token may be made for, within its role: reading, looking people up by phone or e-mail, changing, plain personal
 * data, and who may come in.
 */
export const TOKEN_SCOPES = ['read', 'lookup', 'manage', 'reveal', 'access'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** `GET|POST /api/v1/tokens`, `DELETE /api/v1/tokens/:id` (admin); `token` is in the answer to POST alone. */
export interface TokenView {
  id: string;
  title: string;
  role: Role;
  scopes: TokenScope[];
  createdAt: number;
  lastUsedAt?: number;
  /** Absent of tokens made before there were terms. */
  expiresAt?: number;
  /** The operator it ends with; absent of tokens made before that was kept. */
  maker?: string;
  token?: string;
}
