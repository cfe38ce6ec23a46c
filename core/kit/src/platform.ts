import type { Plugin } from './plugin.js';

/** The operator's configuration file (`platform.config.mjs`). Environment variables win over `settings`. */
export interface PlatformFile {
  /** Names and meaning as in `.env.example`, without the prefix `PERENNIAL_`. */
  settings?: Record<string, string | number | boolean>;
  plugins: Plugin[];
}

/** Gives the configuration file its types. */
export const definePlatform = (file: PlatformFile): PlatformFile => file;
