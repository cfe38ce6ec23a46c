import type { BuildOptions } from 'esbuild';

export const TRACKER: BuildOptions;
