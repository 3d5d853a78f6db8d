import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";

/** Something with a life: it holds sockets, timers or files until it is closed. */
export interface Closeable {
  close(): Promise<void>;
}

export interface Lifecycle extends Closeable {
  /** Takes note of what was opened and hands it back. */
  own<T extends Closeable>(name: string, resource: T): T;
}

/** Closes what was opened in reverse order. A failing close is logged and does not stop the others. */
export function createLifecycle(logger: Logger): Lifecycle {
  const opened: { name: string; resource: Closeable }[] = [];
  return {
    own(name, resource) {
      opened.push({ name, resource });
      return resource;
    },
    async close() {
      for (const { name, resource } of opened.splice(0).toReversed()) {
        try {
          // One after the other: a later resource may still use an earlier one while it closes.
          // oxlint-disable-next-line no-await-in-loop -- order is the point
          await resource.close();
        } catch (error) {
          logger.error({ resource: name, error: toMessage(error) }, "A resource did not close");
        }
      }
    },
  };
}
