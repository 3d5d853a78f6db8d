import { expect, test } from "vitest";

import { loadConfig } from "#platform/config/load-config.ts";
import { environmentSchema, SETTINGS } from "#platform/config/settings.ts";
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

test("an address with a secret in it is not printed in full, whatever is wrong with it", () => {
  const text = faultsOf({
    HOST: "http://user:hunter/2@host",
    LEGACY_URL: "user:hunter2@legacy:8000",
    UNLEASH_URL: "https://unleash/api?token=hunter2",
    SUPABASE_JWKS_URL: "https://keys/#hunter2",
    UNLEASH_TOKEN: "token",
  });
  expect(text).toContain('HOST: found "http://[secret]@host"');
  expect(text).toContain('LEGACY_URL: found "[secret]@legacy:8000"');
  expect(text).toContain('UNLEASH_URL: found "https://unleash/api?[secret]"');
  expect(text).not.toContain("hunter");
});

test("a fault is one line of readable length, whatever was found", () => {
  const text = faultsOf({ LOG_LEVEL: `info\n\u001b[31m${"x".repeat(10_000)}` });
  expect(text.split("\n")).toHaveLength(2);
  expect(text).toContain(String.raw`LOG_LEVEL: found "info\n\u001b[31mxxx`);
  expect(text.length).toBeLessThan(400);
});

test.each(["http://127.0.0.1", "127.0.0.1:80", "a b", " ", "[::1]", "user@host"])(
  "%j is no host to listen on",
  (HOST) => {
    expect(faultsOf({ HOST })).toContain("HOST: found");
  },
);

test.each(["127.0.0.1", "::", "fe80::1%eth0", "localhost", "banyan_1.internal"])(
  "%s is a host to listen on",
  (HOST) => {
    expect(loadConfig({ HOST }).HOST).toBe(HOST);
  },
);

test.each([" ", "flags.json\n", " flags.json"])("%j is no path", (path) => {
  const text = faultsOf({ FLAGS_FILE: path, EVIDENCE_FILE: path, DEPRECATIONS_FILE: path });
  expect(text).toContain("3 faults");
});

test("a path may have blanks inside", () => {
  expect(loadConfig({ FLAGS_FILE: "/my flags/f.json" }).FLAGS_FILE).toBe("/my flags/f.json");
});

test.each([
  ["DATABASE_URL", "postgres://"],
  ["DATABASE_URL", "postgres://user:hunter2@host:99999/pam"],
  ["DATABASE_URL", "postgres://user:hunter2@host/pam\n"],
  ["DATABASE_URL", "user:hunter2@host/pam"],
  ["REDIS_URL", "redis://"],
  ["REDIS_URL", "redis://:hunter2@host:99999"],
  ["REDIS_URL", "host:6379"],
])("%s refuses %j before anything connects, and keeps it to itself", (name, value) => {
  const text = faultsOf({ [name]: value });
  expect(text).toContain(`${name}: found [secret], expected a`);
  expect(text).not.toContain("hunter2");
});

test.each([
  "postgres://user:a%40b@db.internal:5432/pam?sslmode=require",
  "postgresql:///pam?host=/var/run/postgresql",
  "postgres://user:word@/pam?host=/var/run/postgresql",
])("%s is an address of Postgres", (DATABASE_URL) => {
  expect(loadConfig({ DATABASE_URL }).DATABASE_URL).toBe(DATABASE_URL);
});

test.each([
  "localhost:8000",
  "app.example",
  "https://app.example/",
  "https://App.example",
  "https://app.example:443",
  "https://user:word@app.example",
  "*",
])("%s is no origin that a browser would send", (CORS_ALLOWED_ORIGINS) => {
  expect(faultsOf({ CORS_ALLOWED_ORIGINS })).toContain("CORS_ALLOWED_ORIGINS: found");
});

test("origins are separated by commas, and need not be of the web", () => {
  const given = "https://app.example, http://localhost:8100,capacitor://localhost,";
  expect(loadConfig({ CORS_ALLOWED_ORIGINS: given }).CORS_ALLOWED_ORIGINS).toEqual([
    "https://app.example",
    "http://localhost:8100",
    "capacitor://localhost",
  ]);
});

test.each([
  ["LEGACY_CONNECT_TIMEOUT_MS", "5s", "a whole number of milliseconds from 1 to 3600000"],
  ["UNLEASH_REFRESH_MS", "-1", "a whole number of milliseconds from 100 to 3600000"],
  ["MAX_HEADER_BYTES", "64k", "a whole number of bytes from 1024 to 16777216"],
  ["WORKERS", "0", "a whole number from 1 to 64"],
  ["ACCESS_LOG_PER_SECOND", "1.5", "a whole number from 0 to 1000000"],
])("%s says that %s is not %s", (name, value, expected) => {
  expect(faultsOf({ [name]: value })).toContain(`${name}: found "${value}", expected ${expected}`);
});

test.each(["3.2e4", "0x7d01", "-1", "65536", " 80", "8080.0"])("%s is no port", (PORT) => {
  expect(faultsOf({ PORT })).toContain("PORT: found");
});

test("both listeners cannot have one address, unless the system picks the ports", () => {
  expect(faultsOf({ PORT: "9090" })).toContain(
    'ADMIN_PORT: found "9090", expected another port than PORT',
  );
  expect(faultsOf({ PORT: "9090", HOST: "0.0.0.0" })).toContain("ADMIN_PORT");
  expect(faultsOf({ PORT: "9090", ADMIN_HOST: "::" })).toContain("ADMIN_PORT");
  expect(loadConfig({ PORT: "0", ADMIN_PORT: "0" }).PORT).toBe(0);
  expect(loadConfig({ PORT: "9090", ADMIN_HOST: "127.0.0.2" }).PORT).toBe(9090);
  expect(faultsOf({ PORT: "x", ADMIN_PORT: "x" })).toContain("2 faults");
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

test("every setting of the schema stands in one group", () => {
  expect(SETTINGS.map(({ name }) => name)).toEqual(Object.keys(environmentSchema.shape));
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
    "INTERNAL_API_SECRET",
    "ANTHROPIC_API_KEY",
    "OPENAI_API_KEY",
    "DEEPSEEK_API_KEY",
    "MAPBOX_ACCESS_TOKEN",
    "BRAVE_API_KEY",
    "EIA_API_KEY",
    "NSW_FUEL_API_KEY",
    "NSW_FUEL_API_SECRET",
  ]);
});
