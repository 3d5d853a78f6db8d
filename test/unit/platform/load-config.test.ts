import { expect, test } from "vitest";

import { loadConfig } from "#platform/config/load-config.ts";
import { SETTINGS } from "#platform/config/settings.ts";
import { AppError } from "#platform/errors.ts";

function faultsOf(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof AppError && error.code === "CONFIGURATION_INVALID") return error.message;
    throw error;
  }
  throw new TypeError("the configuration was taken");
}

test("nothing set gives the defaults", () => {
  expect(loadConfig({})).toMatchObject({
    HOST: "127.0.0.1",
    PORT: 8080,
    ADMIN_PORT: 9090,
    LEGACY_URL: undefined,
    EXPOSE_SIDE: true,
    LOG_LEVEL: "info",
    SHUTDOWN_GRACE_MS: 10_000,
  });
});

test("an empty variable counts as not set", () => {
  expect(loadConfig({ LEGACY_URL: "", PORT: "" })).toMatchObject({
    LEGACY_URL: undefined,
    PORT: 8080,
  });
});

test("every fault is listed at once, with variable, found and expected", () => {
  const text = faultsOf({
    PORT: "eighty",
    LEGACY_URL: "http://legacy/path",
    LOG_LEVEL: "loud",
    UNLEASH_URL: "http://unleash/api",
  });
  expect(text.split("\n")).toEqual([
    "Cannot load the configuration: 4 faults",
    '  PORT: found "eighty", expected a whole number from 0 to 65535',
    '  LEGACY_URL: found "http://legacy/path", expected an http:// or https:// address without path, query, fragment or credentials',
    '  LOG_LEVEL: found "loud", expected one of trace, debug, info, warn, error, silent',
    "  UNLEASH_TOKEN: found nothing, expected a backend token, because UNLEASH_URL is set",
  ]);
});

test("a wrong secret is not printed", () => {
  const text = faultsOf({ ADMIN_TOKEN: "hunter2" });
  expect(text).toContain("ADMIN_TOKEN: found [secret]");
  expect(text).not.toContain("hunter2");
});

test.each(["3.2e4", "0x7d01", "-1", "65536", " 80", "8080.0"])("%s is no port", (PORT) => {
  expect(faultsOf({ PORT })).toContain("PORT: found");
});

test("both listeners cannot have one address, unless the system picks the ports", () => {
  expect(faultsOf({ PORT: "9090" })).toContain("ADMIN_PORT");
  expect(loadConfig({ PORT: "0", ADMIN_PORT: "0" }).PORT).toBe(0);
  expect(loadConfig({ PORT: "9090", ADMIN_HOST: "127.0.0.2" }).PORT).toBe(9090);
});

test("several workers need what they share, and each that lacks is named", () => {
  const redis = { REDIS_URL: "redis://127.0.0.1:6379" };
  const database = { DATABASE_URL: "postgres://user@127.0.0.1/pam" };
  const why = "because WORKERS is 2 and workers share what users said and did through it";
  expect(() => loadConfig({ WORKERS: "2" })).toThrow(
    [
      "Cannot load the configuration: 2 faults",
      `  REDIS_URL: found nothing, expected an address, ${why}; or WORKERS=1`,
      `  DATABASE_URL: found nothing, expected an address, ${why}; or WORKERS=1`,
    ].join("\n"),
  );
  expect(() => loadConfig({ WORKERS: "2", ...redis })).toThrow("DATABASE_URL: found nothing");
  expect(() => loadConfig({ WORKERS: "2", ...database })).toThrow("REDIS_URL: found nothing");
  expect(loadConfig({ WORKERS: "2", ...redis, ...database }).WORKERS).toBe(2);
  expect(loadConfig({}).WORKERS).toBe(1);
});

test("credentials in the legacy's address are refused: they would be logged", () => {
  const text = faultsOf({
    LEGACY_URL: "http://user:hunter2@legacy",
    UNLEASH_URL: "http://user:hunter2@unleash/api",
    UNLEASH_TOKEN: "token",
  });
  expect(text).toContain('LEGACY_URL: found "http://[secret]@legacy"');
  expect(text).toContain('UNLEASH_URL: found "http://[secret]@unleash/api"');
  expect(text).not.toContain("hunter2");
});

test("every setting says what it means, what it expects and what holds without it", () => {
  for (const { name, meaning, expected, defaultText } of SETTINGS) {
    expect([name, meaning, expected, defaultText].every((text) => text.length > 0)).toBe(true);
  }
  expect(SETTINGS.filter(({ isSecret }) => isSecret).map(({ name }) => name)).toEqual([
    "ADMIN_TOKEN",
    "UNLEASH_TOKEN",
    "UNLEASH_ADMIN_TOKEN",
    "DATABASE_URL",
    "REDIS_URL",
    "SUPABASE_JWT_SECRET",
    "ANTHROPIC_API_KEY",
    "OPENAI_API_KEY",
    "DEEPSEEK_API_KEY",
    "MAPBOX_ACCESS_TOKEN",
    "BRAVE_API_KEY",
    "EIA_API_KEY",
    "NSW_FUEL_API_KEY",
    "NSW_FUEL_API_SECRET",
    "INTERNAL_API_SECRET",
  ]);
});
