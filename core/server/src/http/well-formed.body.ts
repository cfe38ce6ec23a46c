import { wellFormed } from '@perennial/contract';
import type { NextFunction, Request, Response } from 'express';

/** What people and programs send by the API, names and rules alike, holds no half of a character from here on. */
export function wellFormedBody(request: Request, _: Response, next: NextFunction): void {
  if (request.body !== undefined && !Buffer.isBuffer(request.body)) request.body = wellFormed(request.body as unknown);
  next();
}
