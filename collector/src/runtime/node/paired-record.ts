import { join } from 'node:path';
import { readState, syncFolder, writeState } from './state-file.js';

const FILE = 'record-id';

/**
 * The record that this folder's log goes to. Another record must not get the rest of a log whose beginning went elsewhere:
 * what is here waits until the right core is named, or the file is taken away by who knows better.
 */
export class PairedRecord {
  constructor(private readonly folder: string) {}

  /**
   * Whether it is the record of before; one that was not known is remembered, and one that says no id is let pass. Throws
   * for another one.
   */
  meet(recordId: string | undefined): boolean {
    if (recordId === undefined) return false;
    const path = join(this.folder, FILE);
    const known = readState(path);
    if (known === recordId) return true;
    if (known !== undefined)
      throw new Error(
        `the log in ${this.folder} belongs to record ${known}, and core has record ${recordId}. Name the right core with ` +
          `PERENNIAL_CORE_URL; to hand what waits here to this core, remove ${path}`,
      );
    writeState(path, recordId, { isSynced: true });
    syncFolder(this.folder);
    return false;
  }
}
