import { PlatformError } from '@perennial/contract';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/index.js';
import type { ImportStore } from './imports.store.js';
import { isSpent } from './rules/spent.js';
import { SOURCE_ERRORS } from './source.errors.js';

interface Tools {
  folder: string;
  store: ImportStore;
  keepDays: number;
  maxBytes: number;
  now: () => number;
}

interface Upload {
  fileId: string;
  bytes: number;
  /** Epoch ms. */
  takenAt: number;
}

/** Files that are under way, before they are anybody's. */
const INCOMING = 'incoming';

/** Files that people handed in: they hold personal data in plain, so they stay no longer than somebody needs them. */
export class Uploads {
  readonly folder: string;

  constructor(private readonly tools: Tools) {
    this.folder = tools.folder;
  }

  /** What came in while core went down belongs to no request any more. */
  async clearIncoming(): Promise<void> {
    const folder = join(this.folder, INCOMING);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }

  /** Throws `IMPORT_FILES_FULL`. */
  async demandRoom(bytes: number): Promise<void> {
    const used = (await this.list()).reduce((sum, upload) => sum + upload.bytes, 0);
    if (used + bytes <= this.tools.maxBytes) return;
    throw new PlatformError(SOURCE_ERRORS.FILES_FULL, 'the files that were handed in take all the room they may', {
      kind: 'conflict',
      details: { usedBytes: used, maxBytes: this.tools.maxBytes },
    });
  }

  /** Lets go of files whose import ended long ago, and of those that nobody imported. */
  async sweep(): Promise<void> {
    const runs = new Map((await this.tools.store.files()).map((run) => [run.fileId, run]));
    for (const { fileId, takenAt } of await this.list())
      if (isSpent({ takenAt, run: runs.get(fileId) }, this.tools.now(), this.tools.keepDays)) await this.remove(fileId);
  }

  remove(fileId: string): Promise<void> {
    return rm(join(this.folder, fileId), { recursive: true, force: true });
  }

  private async list(): Promise<Upload[]> {
    const names = await readdir(this.folder).catch(() => [] as string[]);
    return Promise.all(names.filter((name) => name !== INCOMING).map((name) => this.read(name)));
  }

  /** A folder without its content, as a kill between two steps leaves it, is of its own age. */
  private async read(fileId: string): Promise<Upload> {
    const folder = join(this.folder, fileId);
    const found = await stat(join(folder, 'content')).catch(() => undefined);
    const { mtimeMs } = found ?? (await stat(folder));
    return { fileId, bytes: found?.size ?? 0, takenAt: mtimeMs };
  }
}

export const uploadsOf = (
  { dataDir, uploadDays: keepDays, uploadMaxMb }: Config,
  store: ImportStore,
  now: () => number,
): Uploads => new Uploads({ folder: join(dataDir, 'files'), store, keepDays, maxBytes: uploadMaxMb * 1_048_576, now });
