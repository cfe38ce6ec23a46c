import type { Problem, Role, SessionView } from '@perennial/contract';
import {
  aDelivery,
  aDestination,
  aLifecycle,
  anOverview,
  aPlugin,
  aProfile,
  aRecord,
  aSource,
  NOW,
} from './mock-data.js';

export interface Call {
  method: string;
  path: string;
  body: unknown;
  csrf: string | null;
}
export interface Answer {
  status: number;
  body?: unknown;
}
type Route = (call: Call) => unknown;

export const PASSWORD = 'a-long-password';

interface MockOptions {
  role?: Role;
  isSignedIn?: boolean;
  mustChangePassword?: boolean;
  /** Routes of one test, tried before the usual ones: `'GET /users': () => []`. */
  routes?: Record<string, Route>;
}

export const problem = (status: number, code: string, detail: string, details?: Problem['details']): Problem => ({
  type: 'about:blank',
  title: code,
  status,
  code,
  detail,
  ...(details && { details }),
});

/** The API of core as the admin sees it, in memory. */
export class MockApi {
  readonly calls: Call[] = [];
  private session: SessionView | undefined;
  private readonly next: SessionView;
  private readonly routes: Record<string, Route>;

  constructor({ role = 'admin', isSignedIn = true, mustChangePassword = false, routes = {} }: MockOptions = {}) {
    this.next = {
      user: { id: 'u_1', name: 'lin', role, createdAt: NOW },
      csrf: 'a-token',
      mustChangePassword,
    };
    this.session = isSignedIn ? this.next : undefined;
    this.routes = { ...this.usual(), ...routes };
  }

  answer(call: Call): Answer {
    this.calls.push(call);
    const [bare = ''] = call.path.split('?');
    const route = this.routes[`${call.method} ${bare}`];
    if (!this.session && bare !== '/session')
      return { status: 401, body: problem(401, 'ACCESS_SESSION_MISSING', 'sign in first') };
    if (!route) return { status: 404, body: problem(404, 'ROUTE_ABSENT', `${call.method} ${bare} is not mocked`) };
    const body = route(call);
    if (isProblem(body)) return { status: body.status, body };
    return body === undefined ? { status: 204 } : { status: 200, body };
  }

  /** The calls of one route, e.g. `made('POST /session')`. */
  made(route: string): Call[] {
    return this.calls.filter(({ method, path }) => `${method} ${path.split('?')[0]}` === route);
  }

  private usual(): Record<string, Route> {
    return {
      'GET /session': () => this.session ?? problem(401, 'ACCESS_SESSION_MISSING', 'sign in first'),
      'POST /session': ({ body }) => this.signIn(body as { password: string }),
      'DELETE /session': () => void (this.session = undefined),
      'POST /session/password': () => void (this.session = { ...this.next, mustChangePassword: false }),
      'GET /overview': () => anOverview,
      'GET /clock': () => ({
        state: 'right',
        wall: 0,
        expected: 0,
        takingBack: { isRunning: false, done: 0, left: 0 },
      }),
      'GET /lifecycles': () => [aLifecycle],
      'GET /profiles': () => ({ items: [aProfile] }),
      'POST /profiles/search': ({ body }) => ({ items: isFound(body as { text: string }) ? [aProfile] : [] }),
      'GET /profiles/p_7': () => aProfile,
      'GET /profiles/p_7/moves': () => [],
      'GET /profiles/p_7/timeline': () => ({ items: [] }),
      'GET /sources': () => [aSource],
      'GET /sources/collector': () => ({ port: 3001 }),
      'GET /plugins': () => [aPlugin],
      'PUT /plugins/webhook/options': () => aPlugin,
      'GET /destinations': () => [aDestination],
      'GET /deliveries': () => ({ items: [aDelivery] }),
      'GET /quarantine': () => ({ items: [aRecord], total: 1 }),
      ...empty('/consultants', '/assignment-rules', '/assignments/of/p_7'),
      ...empty('/tags', '/imports', '/imports/sources', '/activations', '/triggers', '/models', '/users', '/tokens'),
      'GET /audit': () => ({ items: [] }),
    };
  }

  private signIn({ password }: { password: string }): SessionView | Problem {
    if (password !== PASSWORD) return problem(401, 'ACCESS_CREDENTIALS_WRONG', 'the name or the password is wrong');
    this.session = this.next;
    return this.next;
  }
}

const empty = (...paths: string[]): Record<string, Route> =>
  Object.fromEntries(paths.map((path) => [`GET ${path}`, () => []]));

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'type' in body && body.type === 'about:blank';

const isFound = ({ text }: { text: string }): boolean => text === '19900000333';
