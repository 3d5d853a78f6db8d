import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";

/** Finds out whether legacy could take a route over, before the route is sent there unseen. */
export interface LegacyAsk {
  /** Calls `then` where legacy answers; asks once at a time for each route. At once where nobody can be asked. */
  before(routeId: string, then: () => void): void;
  /** True where legacy was asked for the route last and did not answer. */
  isAway(routeId: string): boolean;
}

export function createLegacyAsk(
  isLegacyThere: (() => Promise<boolean>) | undefined,
  logger: Pick<Logger, "warn">,
): LegacyAsk {
  const asking = new Set<string>();
  const away = new Set<string>();

  async function ask(routeId: string, question: () => Promise<boolean>): Promise<boolean> {
    try {
      return await question();
    } catch (error) {
      logger.warn({ route: routeId, error: toMessage(error) }, "Legacy could not be asked");
      return false;
    }
  }

  async function settle(
    routeId: string,
    question: () => Promise<boolean>,
    then: () => void,
  ): Promise<void> {
    asking.add(routeId);
    const isThere = await ask(routeId, question);
    asking.delete(routeId);
    if (isThere) {
      away.delete(routeId);
      then();
      return;
    }
    if (!away.has(routeId)) {
      logger.warn({ route: routeId }, "The guard holds: native fails, and legacy is not there");
    }
    away.add(routeId);
  }

  return {
    before(routeId, then) {
      if (isLegacyThere === undefined) then();
      else if (!asking.has(routeId)) void settle(routeId, isLegacyThere, then);
    },
    isAway: (routeId) => away.has(routeId),
  };
}
