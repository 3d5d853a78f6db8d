import { destination, pino } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Fields = Readonly<Record<string, unknown>>;

/** Structured log lines. Fields first, then one sentence; secrets never go in. */
export interface Logger {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where lines go; default standard output. */
  readonly write?: (line: string) => void;
}

/** Lines go out when so many bytes have gathered, or after so long; and when the process exits, to the last one. */
const BUFFER_BYTES = 8192;
const FLUSH_MS = 100;

/** The time in ISO UTC. Within one millisecond it is the same text. */
function createTimestamp(): () => string {
  let lastMs = 0;
  let text = "";
  return () => {
    const nowMs = Date.now();
    if (nowMs !== lastMs) text = `,"time":"${new Date(nowMs).toISOString()}"`;
    lastMs = nowMs;
    return text;
  };
}

/**
 * The only home of pino: one JSON object a line, time as ISO UTC. On standard output lines are buffered, and written
 * without making anybody wait: a reader that stalls must not stall requests.
 */
export function createLogger({ level, write }: LoggerOptions): Logger {
  const options = {
    level,
    base: {},
    timestamp: createTimestamp(),
    formatters: { level: (label: string) => ({ level: label }) },
    messageKey: "message",
  };
  if (write !== undefined) return pino(options, { write });
  const output = { dest: 1, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_MS };
  return pino(options, destination(output));
}

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
