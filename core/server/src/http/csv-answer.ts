import type { Response } from 'express';
import { once } from 'node:events';

/** Before UTF-8, or spreadsheets read it as something else. */
const MARK = '\ufeff';

/**
 * Sends a table as a download, a piece at a time. The first piece is made before the head goes out, so that a refusal is
 * still an answer; a failure after it breaks the connection, so that nobody takes a part for the whole. A reader that is
 * slower than we are is waited for.
 */
export async function sendCsv(
  response: Response,
  name: string,
  pieces: AsyncGenerator<string>,
  encode: (text: string) => string | Buffer = (text) => text,
): Promise<void> {
  const first = await pieces.next();
  response.setHeader('Cache-Control', 'no-store');
  response.type(`text/csv`).attachment(name);
  response.write(encode(MARK));
  if (!first.done) response.write(encode(first.value));
  for await (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(encode(piece))) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}
