import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";

/** Whether the shared store works, told once when it stops and once when it works again. */
export interface Outage {
  readonly problem: string | undefined;
  begin(error: unknown): void;
  end(): void;
}

export function createOutage(logger: Pick<Logger, "info" | "warn">): Outage {
  let problem: string | undefined;
  return {
    get problem() {
      return problem;
    },
    begin(error) {
      const found = toMessage(error);
      if (problem === undefined) {
        logger.warn({ problem: found }, "Turns work without the shared store");
      }
      problem = found;
    },
    end() {
      if (problem !== undefined) logger.info({}, "Turns use the shared store again");
      problem = undefined;
    },
  };
}
