import type { NestExpressApplication } from '@nestjs/platform-express';
import { PlatformError } from '@perennial/contract';
import type { NextFunction, Request, Response } from 'express';
import { ACCESS } from '../../access/access.errors.js';
import { Identification } from '../../access/http/identification.js';
import type { GuardedRequest } from '../../access/http/needs.js';
import { ByteBudget } from './budget.js';
import { isTooDeep } from './depth.js';
import { DOOR_BUDGETS, DOOR_LIMITS, doorOf, type Door } from './kind.js';

const DOOR = Symbol('door');
type Marked = GuardedRequest & { [DOOR]?: Door };
type Parsed = Exclude<Door, 'other'>;

/** No byte of a body is read before it is known who sends it; the sign-in, which anybody may try, takes little. */
export function openDoors(app: NestExpressApplication): void {
  const doors = new Doors(app.get(Identification));
  app.use((request: Marked, response: Response, next: NextFunction) => {
    if (!hasBody(request)) return next();
    doors.knock(request, response).then(() => next(), next);
  });
  for (const [door, { bytes }] of Object.entries(DOOR_LIMITS)) {
    const type = (request: unknown) => (request as Marked)[DOOR] === door;
    app.useBodyParser(door === 'log' ? 'raw' : 'json', { limit: bytes, type });
  }
  app.use(({ body }: Request, _: Response, next: NextFunction) =>
    next(!Buffer.isBuffer(body) && isTooDeep(body) ? refusal('the body is nested too deep') : undefined),
  );
}

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

class Doors {
  private readonly budgets: Record<Parsed, ByteBudget> = {
    signIn: new ByteBudget(DOOR_BUDGETS.signIn),
    json: new ByteBudget(DOOR_BUDGETS.json),
    log: new ByteBudget(DOOR_BUDGETS.log),
  };

  constructor(private readonly identification: Identification) {}

  async knock(request: Marked, response: Response): Promise<void> {
    const door = doorOf({ method: request.method, path: request.path, contentType: request.headers['content-type'] });
    if (door !== 'signIn') await this.refuseStrangers(request, response, door);
    if (door === 'other') return;
    this.reserve(request, response, door);
    request[DOOR] = door;
  }

  /** A refused sender is not listened to any longer, so what it still sends goes nowhere. */
  private async refuseStrangers(request: Marked, response: Response, door: Door): Promise<void> {
    const principal = await this.identification.of(request);
    if (principal && (door !== 'log' || principal.role === 'collector')) return;
    response.setHeader('Connection', 'close');
    throw new PlatformError(ACCESS.SESSION_MISSING, 'sign in first', { kind: 'denied' });
  }

  private reserve(request: Request, response: Response, door: Parsed): void {
    const { bytes, seconds } = DOOR_LIMITS[door];
    const declared = Number(request.headers['content-length'] ?? bytes);
    const release = this.budgets[door].reserve(Math.min(declared, bytes));
    if (!release) {
      response.setHeader('Connection', 'close');
      throw new PlatformError('REQUEST_BUSY', 'too many bodies are under way; try again', { kind: 'transient' });
    }
    const timer = setTimeout(() => request.destroy(), seconds * 1000);
    request.once('end', () => clearTimeout(timer));
    response.once('close', () => {
      clearTimeout(timer);
      release();
    });
  }
}

const refusal = (message: string): PlatformError => new PlatformError('REQUEST_INVALID', message, { kind: 'invalid' });
