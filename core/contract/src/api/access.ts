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
/** `GET|POST /api/v1/tokens`, `DELETE /api/v1/tokens/:id` (admin); `token` is in the answer to POST alone. */
export interface TokenView {
  id: string;
  title: string;
  role: Role;
  createdAt: number;
  lastUsedAt?: number;
  token?: string;
}
