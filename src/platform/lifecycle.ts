import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import { type Scheduler, systemScheduler } from "#platform/resilience/scheduler.ts";

/** Something with a life: it holds sockets, timers or files until it is closed. */
export interface Closeable {
  close(): Promise<void>;
}

export interface Lifecycle extends Closeable {
  /** Takes note of what was opened and hands it back. */
  own<T extends Closeable>(name: string, resource: T): T;
  /**
   * Closes what was opened in reverse order. A failing close is logged and does not stop the others. Given a time, it
   * resolves by then: what has not closed is logged, and what comes after it is asked to close and not waited for.
   */
  close(withinMs?: number): Promise<void>;
}

export function createLifecycle(logger: Logger, scheduler: Scheduler = systemScheduler): Lifecycle {
  const opened: { name: string; resource: Closeable }[] = [];
  return {
    own(name, resource) {
      opened.push({ name, resource });
      return resource;
    },
    async close(withinMs) {
      const late = Promise.withResolvers<"late">();
      const cancel =
        withinMs === undefined
          ? undefined
          : scheduler.after(withinMs, () => {
              late.resolve("late");
            });
      for (const { name, resource } of opened.splice(0).toReversed()) {
        try {
          // One after the other: a later resource may still use an earlier one while it closes.
          // oxlint-disable-next-line no-await-in-loop -- order is the point
          if ((await Promise.race([resource.close(), late.promise])) === "late") {
            logger.warn({ resource: name }, "A resource did not close in time");
          }
        } catch (error) {
          logger.error({ resource: name, error: toMessage(error) }, "A resource did not close");
        }
      }
      cancel?.();
    },
  };
}
