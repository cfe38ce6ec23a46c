const FIRST_MS = 100;
const LAST_MS = 5_000;

/** Wait before attempt `failures` + 1: 100 ms, doubled up to 5 s. */
export const backoff = (failures: number): number => Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
