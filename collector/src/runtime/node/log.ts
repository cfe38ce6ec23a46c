export type Log = (level: 'info' | 'error', message: string, details?: Record<string, unknown>) => void;

/** One JSON line an entry on standard output. */
export const logToStdout: Log = (level, message, details) => {
  process.stdout.write(
    `${JSON.stringify({ level, time: new Date().toISOString(), room: 'collector', msg: message, ...details })}\n`,
  );
};
