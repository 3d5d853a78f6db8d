import type { Census, CensusReport } from "#delivery/census/index.ts";
import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";

/** As often as the census itself writes down what it counted. */
const FRESH_MS = 10_000;

/** The census for those who look every second. */
export interface CensusCache {
  /** The last report, at most about ten seconds old; `undefined` before the first. Asks for the next one by itself. */
  peek(): CensusReport | undefined;
}

export function createCensusCache(
  census: Pick<Census, "report">,
  clock: Pick<Clock, "monotonicMs">,
  logger: Pick<Logger, "warn">,
): CensusCache {
  let held: CensusReport | undefined;
  let askedAtMs = -Infinity;
  let isAsking = false;
  let isAway = false;

  async function ask(): Promise<void> {
    isAsking = true;
    askedAtMs = clock.monotonicMs();
    try {
      held = await census.report();
      isAway = false;
    } catch (error) {
      if (!isAway) logger.warn({ error: toMessage(error) }, "The census cannot be read");
      isAway = true;
    } finally {
      isAsking = false;
    }
  }

  return {
    peek() {
      if (!isAsking && clock.monotonicMs() - askedAtMs >= FRESH_MS) void ask();
      return held;
    },
  };
}
