import { destination, type DestinationStream, pino } from "pino";

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
  /** Which of several processes on one output this is; every line says it. Default: there is only one. */
  readonly worker?: number | undefined;
  /** Where lines go; default standard output. */
  readonly write?: (line: string) => void;
}

/** Lines go out when so many bytes have gathered, or after so long; and when the process exits, to the last one. */
const BUFFER_BYTES = 8192;
const FLUSH_MS = 100;
/** What a pipe takes in one piece (PIPE_BUF of Linux), so that lines of several processes do not tear each other. */
const PIPE_BYTES = 4096;

/** What waits for a disk that is full or a reader that stalls; lines on top of it are left out. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;

/** A full disk ends nothing: what cannot be written is tried again with the next line, until the process ends. */
function openOutput(options: object): DestinationStream {
  const output = destination({ ...options, maxLength: MOST_WAITING_BYTES });
  const flushSync = output.flushSync.bind(output);
  // sonic-boom 4 tries for ever to write what is left when the process ends, and so holds it.
  output.on("error", () => {
    output.flushSync = () => {};
  });
  output.on("write", () => {
    output.flushSync = flushSync;
  });
  return output;
}

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
export function createLogger({ level, worker, write }: LoggerOptions): Logger {
  const options = {
    level,
    base: worker === undefined ? {} : { worker },
    timestamp: createTimestamp(),
    formatters: { level: (label: string) => ({ level: label }) },
    messageKey: "message",
  };
  if (write !== undefined) return pino(options, { write });
  const output = { dest: 1, sync: false, periodicFlush: FLUSH_MS };
  const alone = { ...output, minLength: BUFFER_BYTES };
  const oneOfMany = { ...output, minLength: PIPE_BYTES / 2, maxWrite: PIPE_BYTES };
  return pino(options, openOutput(worker === undefined ? alone : oneOfMany));
}

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
