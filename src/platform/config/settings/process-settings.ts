import { documentation } from "#platform/config/setting-documentation.ts";
import { milliseconds, oneOf, within } from "#platform/config/setting-values.ts";
import { LOG_LEVELS } from "#platform/logger.ts";

/** How the process runs, what it writes, and how it ends. */
export const processSettings = {
  LOG_LEVEL: oneOf(LOG_LEVELS).default("info").register(documentation, {
    meaning: "Least severe log line written",
  }),
  ACCESS_LOG_PER_SECOND: within(0, 1_000_000).default(100).register(documentation, {
    meaning:
      "How many good answers of the legacy are logged a second; all other requests always are",
  }),
  WORKERS: within(1, 64).default(1).register(documentation, {
    meaning: "Processes that carry traffic; more than one share REDIS_URL and DATABASE_URL",
  }),
  SHUTDOWN_GRACE_MS: milliseconds.default(10_000).register(documentation, {
    meaning: "How long open requests and sockets may take to end after SIGTERM",
  }),
} as const;
