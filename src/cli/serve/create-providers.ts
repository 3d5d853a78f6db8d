import { createProviders, type ModelProvider } from "#pam/providers/index.ts";
import {
  chatCompletionsFormat,
  claudeFormat,
  createOutsideServices,
  type ServiceKeys,
} from "#pam/tools/door.ts";
import { systemClock } from "#platform/clock.ts";
import type { Config } from "#platform/config/load-config.ts";

/** Reads receipts: the cheapest model of Anthropic that sees. */
const RECEIPT_MODEL = "claude-haiku-4-5";

type Fetch = typeof globalThis.fetch;

/** The AI providers there are keys for; the offline one where there is none. */
export function createModelProviders(
  config: Config,
  fetch: Fetch,
): ReadonlyMap<string, ModelProvider> {
  return createProviders(
    {
      anthropic: { apiKey: config.ANTHROPIC_API_KEY, baseUrl: config.ANTHROPIC_BASE_URL.href },
      deepseek: { apiKey: config.DEEPSEEK_API_KEY, baseUrl: config.DEEPSEEK_BASE_URL.href },
      openai: { apiKey: config.OPENAI_API_KEY, baseUrl: config.OPENAI_BASE_URL.href },
    },
    {
      formats: { claude: claudeFormat, chatCompletions: chatCompletionsFormat },
      fetch,
      clock: systemClock,
    },
  );
}

function toServiceKeys(config: Config): ServiceKeys {
  const { NSW_FUEL_API_KEY: key, NSW_FUEL_API_SECRET: secret, ANTHROPIC_API_KEY } = config;
  return {
    mapbox: config.MAPBOX_ACCESS_TOKEN,
    brave: config.BRAVE_API_KEY,
    eia: config.EIA_API_KEY,
    ...(key !== undefined && secret !== undefined && { nswFuel: { key, secret } }),
    ...(ANTHROPIC_API_KEY !== undefined && {
      anthropic: { key: ANTHROPIC_API_KEY, model: RECEIPT_MODEL },
    }),
  };
}

/** What tools ask outside: services without a key are not there, and their tools say so. */
export function createToolServices(
  config: Config,
  fetch: Fetch,
): ReturnType<typeof createOutsideServices> {
  return createOutsideServices({ fetch, clock: systemClock, keys: toServiceKeys(config) });
}
