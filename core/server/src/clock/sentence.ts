import type { ClockState } from './guard.js';

/** What an operator reads in the log and at /health/ready; undefined while all is well. */
export function clockSentence(state: ClockState, { wall, expected }: { wall: number; expected: number }) {
  if (state === 'right') return undefined;
  const [said, was] = [wall, expected].map((at) => new Date(at).toISOString());
  const what =
    state === 'ahead'
      ? `this server's clock jumped ahead to ${said} though it should be about ${was}: nothing moves by it, and what arrives waits`
      : `this server's clock is behind: it says ${said} and was at ${was} before: time goes on from there`;
  return `${what}, until the clock is right or an operator agrees to it (overview, or \`perennial clock agree\`)`;
}
