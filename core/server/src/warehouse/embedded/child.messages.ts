/** Parent to child, over IPC: secrets stay out of the command line and the environment. */
export type ToChild = { kind: 'start'; directory: string; password: string; memoryBytes: number } | { kind: 'stop' };

export type FromChild =
  | { kind: 'ready'; port: number }
  /** The engine cannot be loaded on this platform: trying again is useless. */
  | { kind: 'absent'; reason: string }
  /** The engine did not open, for instance because an older process still holds the directory. */
  | { kind: 'failed'; reason: string };

export const ENGINE_USER = 'perennial';
