import type { Logger } from "#platform/logger.ts";

export interface LogLine {
  readonly level: keyof Logger;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A logger that keeps its lines. */
export function createLineKeeper(): { readonly lines: LogLine[]; readonly logger: Logger } {
  const lines: LogLine[] = [];
  const keep =
    (level: keyof Logger) =>
    (fields: LogLine["fields"], message: string): void => {
      lines.push({ level, fields, message });
    };
  return {
    lines,
    logger: { debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") },
  };
}
