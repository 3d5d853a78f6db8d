import { join } from "node:path";

import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";
import type { SharedFlags } from "#platform/flags/index.ts";
import { createFlags, type FlagSourceOptions } from "#platform/flags/index.ts";
import type { Logger } from "#platform/logger.ts";
import { packageRoot } from "#platform/package-root.ts";

/** The flags file that is used: the one set, else the project's own. */
export function flagsPath({ FLAGS_FILE }: Config): string {
  return FLAGS_FILE ?? join(packageRoot(), "flags.json");
}

/** Where flags come from: an Unleash server if one is set, else a file. */
export function flagSource(config: Config): FlagSourceOptions {
  if (config.UNLEASH_URL === undefined || config.UNLEASH_TOKEN === undefined) {
    return { kind: "file", path: flagsPath(config) };
  }
  return {
    kind: "unleash",
    url: config.UNLEASH_URL.href.replace(/\/$/u, ""),
    token: config.UNLEASH_TOKEN,
    refreshIntervalMs: config.UNLEASH_REFRESH_MS,
    bootstrapPath: config.FLAGS_FILE,
  };
}

/** The flags that the settings ask for, as the service holds them. */
export function loadFlags(config: Config, logger: Logger): SharedFlags {
  return createFlags({ source: flagSource(config), clock: systemClock, logger });
}
