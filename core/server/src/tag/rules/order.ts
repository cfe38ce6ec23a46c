/** Code unit order, the same in SQLite, MariaDB (utf8mb4_bin) and ClickHouse for the texts that tags hold. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
