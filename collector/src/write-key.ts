import type { JsonObject } from '@perennial/contract';

/** The write key of a request: Basic user name, `X-Write-Key`, `?writeKey=`, or `writeKey` in the body. */
export function writeKeyOf(request: Request, body: JsonObject | undefined): string | undefined {
  const basic = /^Basic (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (basic) return decodeBasic(basic);
  const key =
    request.headers.get('x-write-key') ?? new URL(request.url).searchParams.get('writeKey') ?? body?.['writeKey'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}

function decodeBasic(text: string): string | undefined {
  try {
    return atob(text).split(':')[0] || undefined;
  } catch {
    return undefined;
  }
}
