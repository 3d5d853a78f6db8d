import { pino } from "pino";

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

/** The only home of pino: one JSON object a line, time as ISO UTC. */
export function createLogger({ level, write }: LoggerOptions): Logger {
  const options = {
    level,
    base: {},
    timestamp: (): string => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    messageKey: "message",
  };
  return write === undefined ? pino(options) : pino(options, { write });
}

export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
