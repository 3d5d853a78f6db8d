import { z } from "zod";

import { type Documentation, documentation } from "#platform/config/setting-documentation.ts";
import {
  bytes,
  flag,
  httpUrl,
  list,
  milliseconds,
  modelName,
  origin,
  port,
  secret,
  trust,
  within,
} from "#platform/config/setting-values.ts";
import { LOG_LEVELS } from "#platform/logger.ts";

export const CEILING_MODES = ["off", "report", "enforce"] as const;
/** What is done with the share of a route that evidence allows: nothing, only told, or held to. */
export type CeilingMode = (typeof CEILING_MODES)[number];

/** A key of a service that Banyan asks; `fallback` says what holds without it. */
const apiKey = (meaning: string, fallback?: string) =>
  secret.optional().register(documentation, {
    meaning,
    expected: "printable ASCII characters without blanks",
    ...(fallback !== undefined && { fallback }),
    isSecret: true,
  });

const apiAddress = (address: string, meaning: string) =>
  httpUrl.prefault(address).register(documentation, {
    meaning,
    expected: "an http:// or https:// address without query, fragment or credentials",
  });

const pinnedModel = (provider: string) =>
  modelName.optional().register(documentation, {
    meaning: `The one model of ${provider} to be asked`,
    expected: "the name of a model that docs/providers.md lists",
    fallback: "chosen for each message",
  });

/** Every variable that Banyan reads. Nothing else is taken from the environment. */
export const environmentSchema = z.object({
  HOST: z.string().default("127.0.0.1").register(documentation, {
    meaning: "Address of the public listener",
    expected: "an address or a host name",
  }),
  PORT: port.default(8_080).register(documentation, {
    meaning: "Port of the public listener; 0 takes a free one",
    expected: "a whole number from 0 to 65535",
  }),
  ADMIN_HOST: z.string().default("127.0.0.1").register(documentation, {
    meaning: "Address of the admin listener",
    expected: "an address or a host name",
  }),
  ADMIN_PORT: port.default(9_090).register(documentation, {
    meaning: "Port of the admin listener; 0 takes a free one",
    expected: "a whole number from 0 to 65535",
  }),
  ADMIN_TOKEN: secret.min(16).optional().register(documentation, {
    meaning:
      "Lets its bearer override a request's side, and steer from the admin listener; without it nobody can",
    expected: "at least 16 printable ASCII characters without blanks",
    isSecret: true,
  }),
  LEGACY_URL: origin.optional().register(documentation, {
    meaning: "The legacy backend, scheme, host and port only",
    expected: "an http:// or https:// address without path, query, fragment or credentials",
    fallback: "the embedded stand-in",
  }),
  LEGACY_HOST_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9._-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/u)
    .optional()
    .register(documentation, {
      meaning: "Host header sent to the legacy instead of the client's",
      expected: "a host, with a port where needed",
      fallback: "the client's",
    }),
  LEGACY_CONNECT_TIMEOUT_MS: milliseconds.default(5_000).register(documentation, {
    meaning: "How long the legacy may take to accept a connection",
    expected: "a whole number of milliseconds from 1 to 3600000",
  }),
  LEGACY_FIRST_BYTE_TIMEOUT_MS: milliseconds.default(60_000).register(documentation, {
    meaning:
      "How long the legacy may take to begin its answer, on routes without a time of their own",
    expected: "a whole number of milliseconds from 1 to 3600000",
  }),
  LEGACY_ENGINE: z
    .enum(["direct", "http-proxy-middleware"])
    .default("direct")
    .register(documentation, {
      meaning:
        "What carries ordinary requests to the legacy; http-proxy-middleware carries all others",
      expected: "direct or http-proxy-middleware",
    }),
  FLAGS_FILE: z.string().optional().register(documentation, {
    meaning: "Flags as Unleash's client API gives them; watched, used where UNLEASH_URL is not set",
    expected: "a path",
    fallback: "flags.json of the project",
  }),
  UNLEASH_URL: httpUrl.optional().register(documentation, {
    meaning: "Unleash server, with its /api path",
    expected: "an http:// or https:// address without query, fragment or credentials",
  }),
  UNLEASH_TOKEN: secret.optional().register(documentation, {
    meaning: "Backend token of the Unleash server",
    expected: "printable ASCII characters without blanks",
    isSecret: true,
  }),
  UNLEASH_ADMIN_TOKEN: secret.optional().register(documentation, {
    meaning:
      "Admin or service-account token that changes the Unleash server's flags and reads who changed them",
    expected: "printable ASCII characters without blanks",
    fallback: "flags are not changed from here; who flips them is unknown",
    isSecret: true,
  }),
  UNLEASH_REFRESH_MS: within(100, 3_600_000).default(1_000).register(documentation, {
    meaning: "How often flags are asked for",
    expected: "a whole number of milliseconds from 100 to 3600000",
  }),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//u)
    .optional()
    .register(documentation, {
      meaning: "Postgres of the legacy, which native routes share",
      expected: "a postgres:// or postgresql:// address",
      fallback: "an embedded one with a demo user",
      isSecret: true,
    }),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//u)
    .optional()
    .register(documentation, {
      meaning: "Redis in which instances share conversations, answers, counters and trips",
      expected: "a redis:// or rediss:// address",
      fallback: "in memory",
      isSecret: true,
    }),
  SUPABASE_JWT_SECRET: secret.min(32).optional().register(documentation, {
    meaning: "Verifies HS256 tokens on native routes",
    expected: "at least 32 printable ASCII characters without blanks",
    fallback: "with the stand-in only: the stand-in's",
    isSecret: true,
  }),
  SUPABASE_JWKS_URL: httpUrl.optional().register(documentation, {
    meaning: "Verifies RS256 and ES256 tokens on native routes",
    expected: "an http:// or https:// address without query, fragment or credentials",
  }),
  ANTHROPIC_API_KEY: apiKey(
    "Key of Anthropic: answers, receipts, and the provider of the health answer",
    "an offline provider, which says so, where no provider has a key",
  ),
  ANTHROPIC_BASE_URL: apiAddress("https://api.anthropic.com", "Where Anthropic's API is"),
  ANTHROPIC_MODEL: pinnedModel("Anthropic"),
  OPENAI_API_KEY: apiKey("Key of OpenAI: answers, speech and realtime voice"),
  OPENAI_BASE_URL: apiAddress(
    "https://api.openai.com/v1",
    "Where OpenAI's API is, version included",
  ),
  OPENAI_MODEL: pinnedModel("OpenAI"),
  DEEPSEEK_API_KEY: apiKey("Key of DeepSeek: answers"),
  DEEPSEEK_BASE_URL: apiAddress("https://api.deepseek.com", "Where DeepSeek's API is"),
  DEEPSEEK_MODEL: pinnedModel("DeepSeek"),
  MAPBOX_ACCESS_TOKEN: apiKey(
    "Token of Mapbox: routes and attractions in tools",
    "those tools say that it is not configured",
  ),
  BRAVE_API_KEY: apiKey(
    "Key of Brave Search: searches in tools",
    "those tools say that it is not configured",
  ),
  EIA_API_KEY: apiKey(
    "Key of the US Energy Information Administration: fuel prices in tools",
    "no fuel prices of the United States",
  ),
  NSW_FUEL_API_KEY: apiKey(
    "Key of FuelCheck of New South Wales: fuel prices in tools",
    "no fuel prices of New South Wales",
  ),
  NSW_FUEL_API_SECRET: apiKey("Secret beside NSW_FUEL_API_KEY"),
  INTERNAL_API_SECRET: secret.min(16).optional().register(documentation, {
    meaning: "Opens the internal timer routes to who sends it as x_internal_secret",
    expected: "at least 16 printable ASCII characters without blanks",
    fallback: "native internal routes are closed",
    isSecret: true,
  }),
  CEILING: z
    .enum(CEILING_MODES)
    .default("report")
    .register(documentation, {
      meaning:
        "Whether a route's native share is held to what evidence allows: off, report (only told), or enforce",
      expected: `one of ${CEILING_MODES.join(", ")}`,
    }),
  GUARD_TURNS_FLAG_OFF: flag.prefault("false").register(documentation, {
    meaning: "Whether a trip of the guard also turns the route's own flag off at its source",
    expected: "true or false",
  }),
  DEPRECATIONS_FILE: z.string().optional().register(documentation, {
    meaning: "Routes whose answers say that they will not stay, with their dates, as JSON",
    expected: "a path",
    fallback: "no route says so",
  }),
  BUILD_ID: z
    .string()
    .regex(/^[\w.+:@/-]{1,200}$/u)
    .optional()
    .register(documentation, {
      meaning: "Names what is deployed: evidence of one build says nothing of another",
      expected: "letters, digits and . + : @ / - _, at most 200",
      fallback: "the version",
    }),
  EVIDENCE_FILE: z.string().optional().register(documentation, {
    meaning: "Where suite results, shadow figures, trips and pins are kept",
    expected: "a path",
    fallback: "the database of DATABASE_URL, else in memory",
  }),
  EVIDENCE_PERIOD_MS: milliseconds.default(60_000).register(documentation, {
    meaning: "How often what traffic has shown is written down as evidence",
    expected: "a whole number of milliseconds from 1 to 3600000",
  }),
  TRUST_PROXY: trust.prefault("off").register(documentation, {
    meaning:
      "Whose X-Forwarded-For is believed: off, on (whoever connects, all of it), a number of hops, or addresses",
    expected:
      "off, on, a number of hops from 1 to 32, or a comma list of addresses and CIDR blocks",
  }),
  CORS_ALLOWED_ORIGINS: list
    .refine((origins) => origins.every((item) => URL.canParse(item)))
    .optional()
    .register(documentation, {
      meaning:
        "Origins allowed on Banyan's own answers, besides those of the legacy's environments",
      expected: "a comma list of origins",
    }),
  EXPOSE_SIDE: flag.default(true).register(documentation, {
    meaning: "Whether answers carry x-banyan-side",
    expected: "true or false",
  }),
  MAX_BODY_BYTES: bytes.optional().register(documentation, {
    meaning: "Largest request body passed to the legacy",
    expected: "a whole number of bytes, 1024 or more",
    fallback: "no limit of Banyan's own",
  }),
  MAX_HEADER_BYTES: within(1_024, 16_777_216).default(131_072).register(documentation, {
    meaning: "Largest request head, target included; the legacy takes 70 KB",
    expected: "a whole number of bytes, 1024 or more",
  }),
  MAX_URL_BYTES: bytes.default(65_536).register(documentation, {
    meaning: "Longest request target",
    expected: "a whole number of bytes, 1024 or more",
  }),
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default("info")
    .register(documentation, {
      meaning: "Least severe log line written",
      expected: `one of ${LOG_LEVELS.join(", ")}`,
    }),
  ACCESS_LOG_PER_SECOND: within(0, 1_000_000).default(100).register(documentation, {
    meaning:
      "How many good answers of the legacy are logged a second; all other requests always are",
    expected: "a whole number from 0 to 1000000",
  }),
  WORKERS: within(1, 64).default(1).register(documentation, {
    meaning: "Processes that carry traffic; more than one share REDIS_URL and DATABASE_URL",
    expected: "a whole number from 1 to 64",
  }),
  SHUTDOWN_GRACE_MS: milliseconds.default(10_000).register(documentation, {
    meaning: "How long open requests and sockets may take to end after SIGTERM",
    expected: "a whole number of milliseconds from 1 to 3600000",
  }),
});

export interface Setting extends Documentation {
  readonly name: string;
  readonly defaultText: string;
}

function toSetting([name, schema]: [string, z.ZodType]): Setting {
  const row = documentation.get(schema);
  if (row === undefined) throw new TypeError(`${name} has no documentation`);
  const hasDefault = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  const value = hasDefault ? String(schema.def.defaultValue) : undefined;
  return { name, ...row, defaultText: value ?? row.fallback ?? "–" };
}

/** The rows of the settings' table, in the order of the schema. */
export const SETTINGS: readonly Setting[] = Object.entries(environmentSchema.shape).map(toSetting);
