import { readFileSync } from "node:fs";

import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import type { FlagSource, Hold } from "#platform/flags/flag-source.ts";
import { toFileFreshness } from "#platform/flags/freshness.ts";
import { parseFlagsDocument } from "#platform/flags/parse-flags.ts";
import { watchFile } from "#platform/flags/watch-file.ts";
import type { Logger } from "#platform/logger.ts";

/** From the first event of a change to reading it. */
const READ_DELAY_MS = 20;
/** How long a file may be broken before that is told: a writer truncates before it writes. */
const SETTLE_MS = 200;

export interface FileSourceDependencies {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hold: Hold;
}

/**
 * Holds what the file says, at once and after each change. A file that is broken or gone changes nothing: the
 * last good flags stay held, none at the start, and the problem is shown and logged once.
 */
export function createFileSource({
  path,
  clock,
  logger,
  hold,
}: FileSourceDependencies): FlagSource {
  let confirmedAtMs: number | undefined;
  let problem: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isSettling = false;

  // Blocking, so that flags are there before the first request and no two reads overlap; it takes microseconds, and
  // only when the file changed.
  function read(): string | undefined {
    try {
      hold(parseFlagsDocument(readFileSync(path, "utf8")));
      return undefined;
    } catch (error) {
      return `${path}: ${toMessage(error)}`;
    }
  }

  function note(found: string | undefined): void {
    const before = problem;
    const wasGood = before === undefined && confirmedAtMs !== undefined;
    // What is held is the file's word again, or was up to this moment.
    if (found === undefined || wasGood) confirmedAtMs = clock.monotonicMs();
    problem = found;
    if (found === before) return;
    if (found === undefined) logger.info({ path }, "The flags file can be read again");
    else {
      const held = confirmedAtMs === undefined ? "there are no flags" : "the last flags stay";
      logger.warn({ path, problem: found }, `The flags file cannot be used: ${held}`);
    }
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(check, delayMs).unref();
  }

  function check(): void {
    timer = undefined;
    const found = read();
    if (found === undefined || isSettling) {
      isSettling = false;
      note(found);
    } else {
      isSettling = true;
      schedule(SETTLE_MS);
    }
  }

  const stopWatching = watchFile(path, () => {
    const isReadDue = timer !== undefined && !isSettling;
    if (isReadDue) return;
    isSettling = false;
    schedule(READ_DELAY_MS);
  });
  note(read());

  return {
    firstAnswer: Promise.resolve(),
    freshness: () => toFileFreshness({ nowMs: clock.monotonicMs(), confirmedAtMs, problem }),
    async close() {
      stopWatching();
      clearTimeout(timer);
    },
  };
}
