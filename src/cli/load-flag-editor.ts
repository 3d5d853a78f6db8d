import { flagsPath } from "#cli/load-flags.ts";
import type { Config } from "#platform/config/load-config.ts";
import {
  createFileFlagEditor,
  createUnleashFlagEditor,
  type FlagEditor,
} from "#platform/flags/index.ts";

/** Changes flags where they are read from; `undefined` where that is a server whose admin token is not set. */
export function loadFlagEditor(
  config: Config,
  fetch: typeof globalThis.fetch,
): FlagEditor | undefined {
  const { UNLEASH_URL, UNLEASH_TOKEN, UNLEASH_ADMIN_TOKEN } = config;
  if (UNLEASH_URL === undefined || UNLEASH_TOKEN === undefined) {
    return createFileFlagEditor(flagsPath(config));
  }
  if (UNLEASH_ADMIN_TOKEN === undefined) return undefined;
  return createUnleashFlagEditor({
    url: UNLEASH_URL.href.replace(/\/$/u, ""),
    token: UNLEASH_ADMIN_TOKEN,
    clientToken: UNLEASH_TOKEN,
    fetch,
  });
}
