import type { Config } from "#platform/config/load-config.ts";
import { createUnleashLog, type FlagLog } from "#platform/flags/index.ts";

/** Where the flags' source tells who changed them; `undefined` for a file, and where the server's admin token is not set. */
export function loadFlagLog(
  config: Pick<Config, "UNLEASH_URL" | "UNLEASH_TOKEN" | "UNLEASH_ADMIN_TOKEN">,
  fetch: typeof globalThis.fetch,
): FlagLog | undefined {
  const { UNLEASH_URL, UNLEASH_TOKEN, UNLEASH_ADMIN_TOKEN } = config;
  if (UNLEASH_URL === undefined || UNLEASH_TOKEN === undefined) return undefined;
  if (UNLEASH_ADMIN_TOKEN === undefined) return undefined;
  return createUnleashLog({
    url: UNLEASH_URL.href.replace(/\/$/u, ""),
    token: UNLEASH_ADMIN_TOKEN,
    clientToken: UNLEASH_TOKEN,
    fetch,
  });
}
