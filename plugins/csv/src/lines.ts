/**
 * On which line of the file each record begins. Counted here and not asked of the parser: it takes the two marks of a
 * Windows line end within quotes for two lines, and telling takes it as long as reading.
 */
export class Lines {
  private next = 1;

  /** Of the next record in order, empty lines among them. */
  take(record: string[]): number {
    const line = this.next;
    this.next += 1 + breaksIn(record);
    return line;
  }
}

const breaksIn = (record: string[]): number =>
  record.reduce((sum, cell) => sum + (isBroken(cell) ? cell.match(/\r\n|\r|\n/g)!.length : 0), 0);

const isBroken = (cell: string): boolean => cell.includes('\n') || cell.includes('\r');

/** An empty line is no row. */
export const isEmptyLine = (record: string[]): boolean => record.length === 1 && record[0] === '';
