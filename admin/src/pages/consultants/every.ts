interface Asked {
  state: { status: string; data: unknown };
}

/**
 * Asks again each so many ms; not after a first answer that was an error, because asking again would hide what was wrong
 * behind another wait.
 */
export const every =
  (ms: number) =>
  ({ state }: Asked): number | false =>
    state.status === 'error' && state.data === undefined ? false : ms;
