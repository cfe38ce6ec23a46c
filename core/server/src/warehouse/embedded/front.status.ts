const EXCEPTION = /^Code: (\d+)\./;

/** The number ClickHouse gives the error; 1002 (unknown exception) when the text names none. */
export const exceptionCode = (message: string): number => Number(EXCEPTION.exec(message)?.[1] ?? 1002);

const groups: readonly (readonly [status: number, codes: readonly number[]])[] = [
  [400, [6, 26, 27, 36, 38, 41, 42, 43, 53, 62, 69, 70, 72, 117, 130, 201, 352, 456, 457]],
  [401, [516]],
  [403, [164, 192, 193, 194, 497]],
  [404, [46, 47, 50, 56, 60, 73, 81, 115]],
  [408, [159, 160, 209]],
  [413, [131, 307]],
  [501, [48]],
  [503, [202, 241, 439]],
];
const STATUS = new Map(groups.flatMap(([status, codes]) => codes.map((code) => [code, status] as const)));

/** HTTP status of an error code, after the manner of ClickHouse's own server: 500 for what is nobody's known fault. */
export const statusOf = (code: number): number => STATUS.get(code) ?? 500;
