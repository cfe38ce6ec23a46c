/** Forward only. Statements name no database, and each can run again (`IF NOT EXISTS`): a crash may fall between two. */
export interface WarehouseMigration {
  /** 1, 2, 3, ... without gaps; never changed once published. */
  version: number;
  name: string;
  statements: readonly string[];
}
