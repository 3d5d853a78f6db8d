import { documentation } from "#platform/config/setting-documentation.ts";
import {
  httpUrl,
  modelName,
  postgresUrl,
  redisUrl,
  secret,
  secretOf,
} from "#platform/config/setting-values.ts";

const pinnedModel = (provider: string) =>
  modelName.optional().register(documentation, {
    meaning: `The one model of ${provider} to be asked`,
    fallback: "chosen for each message",
  });

/** What native sides stand on: stores, keys of tokens, and services outside. */
export const nativeSettings = {
  DATABASE_URL: postgresUrl.optional().register(documentation, {
    meaning: "Postgres of the legacy, which native routes share",
    fallback: "an embedded one with a demo user",
  }),
  REDIS_URL: redisUrl.optional().register(documentation, {
    meaning: "Redis in which instances share conversations, answers, counters and trips",
    fallback: "in memory",
  }),
  SUPABASE_JWT_SECRET: secretOf(32).optional().register(documentation, {
    meaning: "Verifies HS256 tokens on native routes",
    fallback: "with the stand-in only: the stand-in's",
  }),
  SUPABASE_JWKS_URL: httpUrl.optional().register(documentation, {
    meaning: "Verifies RS256 and ES256 tokens on native routes",
  }),
  INTERNAL_API_SECRET: secretOf(16).optional().register(documentation, {
    meaning: "Opens the internal timer routes to who sends it as x_internal_secret",
    fallback: "native internal routes are closed",
  }),
  ANTHROPIC_API_KEY: secret.optional().register(documentation, {
    meaning: "Key of Anthropic: answers, receipts, and the provider of the health answer",
    fallback: "an offline provider, which says so, where no provider has a key",
  }),
  ANTHROPIC_BASE_URL: httpUrl.prefault("https://api.anthropic.com").register(documentation, {
    meaning: "Where Anthropic's API is",
  }),
  ANTHROPIC_MODEL: pinnedModel("Anthropic"),
  OPENAI_API_KEY: secret.optional().register(documentation, {
    meaning: "Key of OpenAI: answers, speech and realtime voice",
  }),
  OPENAI_BASE_URL: httpUrl.prefault("https://api.openai.com/v1").register(documentation, {
    meaning: "Where OpenAI's API is, version included",
  }),
  OPENAI_MODEL: pinnedModel("OpenAI"),
  DEEPSEEK_API_KEY: secret.optional().register(documentation, {
    meaning: "Key of DeepSeek: answers",
  }),
  DEEPSEEK_BASE_URL: httpUrl.prefault("https://api.deepseek.com").register(documentation, {
    meaning: "Where DeepSeek's API is",
  }),
  DEEPSEEK_MODEL: pinnedModel("DeepSeek"),
  MAPBOX_ACCESS_TOKEN: secret.optional().register(documentation, {
    meaning: "Token of Mapbox: routes and attractions in tools",
    fallback: "those tools say that it is not configured",
  }),
  BRAVE_API_KEY: secret.optional().register(documentation, {
    meaning: "Key of Brave Search: searches in tools",
    fallback: "those tools say that it is not configured",
  }),
  EIA_API_KEY: secret.optional().register(documentation, {
    meaning: "Key of the US Energy Information Administration: fuel prices in tools",
    fallback: "no fuel prices of the United States",
  }),
  NSW_FUEL_API_KEY: secret.optional().register(documentation, {
    meaning: "Key of FuelCheck of New South Wales: fuel prices in tools",
    fallback: "no fuel prices of New South Wales",
  }),
  NSW_FUEL_API_SECRET: secret.optional().register(documentation, {
    meaning: "Secret beside NSW_FUEL_API_KEY",
  }),
} as const;
