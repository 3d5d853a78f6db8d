import type { z } from "zod";

import { environmentSchema, SETTINGS } from "#platform/config/settings.ts";
import { AppError } from "#platform/errors.ts";

/** The environment, read once: typed, defaults filled in, frozen. */
export type Config = Readonly<z.output<typeof environmentSchema>>;

type Environment = Readonly<Record<string, string | undefined>>;

interface Fault {
  readonly name: string;
  readonly found: string;
  readonly expected: string;
}

/** A value that is no secret by its name can still be an address with a password in it. */
const quote = (found: string): string => `"${found.replaceAll(/\/\/[^/@]*@/gu, "//[secret]@")}"`;

function toFault(name: string, environment: Environment): Fault {
  const setting = SETTINGS.find((row) => row.name === name);
  const found = environment[name];
  return {
    name,
    found: found === undefined ? "nothing" : setting?.isSecret ? "[secret]" : quote(found),
    expected: setting?.expected ?? "nothing",
  };
}

/** Faults that no variable has by itself, read off the text so that they stand beside all others. */
function crossFaults(given: Environment): Fault[] {
  const faults: Fault[] = [];
  const withDefault = (name: string): string | undefined =>
    given[name] ?? SETTINGS.find((setting) => setting.name === name)?.defaultText;
  if (given["UNLEASH_URL"] !== undefined && given["UNLEASH_TOKEN"] === undefined) {
    const expected = "a backend token, because UNLEASH_URL is set";
    faults.push({ name: "UNLEASH_TOKEN", found: "nothing", expected });
  }
  const nswFuel = ["NSW_FUEL_API_KEY", "NSW_FUEL_API_SECRET"].filter(
    (name) => given[name] !== undefined,
  );
  if (nswFuel.length === 1) {
    const name = nswFuel[0] === "NSW_FUEL_API_KEY" ? "NSW_FUEL_API_SECRET" : "NSW_FUEL_API_KEY";
    faults.push({ name, found: "nothing", expected: `a value, because ${nswFuel[0]} is set` });
  }
  const workers = Number(withDefault("WORKERS"));
  for (const name of workers > 1 && workers <= 64 ? ["REDIS_URL", "DATABASE_URL"] : []) {
    if (given[name] !== undefined) continue;
    const why = `because WORKERS is ${workers} and workers share what users said and did through it`;
    faults.push({ name, found: "nothing", expected: `an address, ${why}; or WORKERS=1` });
  }
  const port = withDefault("PORT");
  const isSameAddress =
    port === withDefault("ADMIN_PORT") && withDefault("HOST") === withDefault("ADMIN_HOST");
  if (isSameAddress && port !== "0") {
    faults.push({ name: "ADMIN_PORT", found: `"${port}"`, expected: "another port than PORT" });
  }
  return faults;
}

function toError(faults: readonly Fault[]): AppError {
  const lines = faults.map(
    ({ name, found, expected }) => `  ${name}: found ${found}, expected ${expected}`,
  );
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return new AppError(
    "CONFIGURATION_INVALID",
    [`Cannot load the configuration: ${count}`, ...lines].join("\n"),
  );
}

/**
 * Parses the environment. An empty variable counts as not set. Throws one `CONFIGURATION_INVALID`
 * that lists every fault with the variable, the value found (never a secret) and what was expected.
 */
export function loadConfig(environment: Environment): Config {
  const given = Object.fromEntries(
    SETTINGS.map(({ name }) => [name, environment[name] === "" ? undefined : environment[name]]),
  );
  const parsed = environmentSchema.safeParse(given);
  const names = new Set(parsed.error?.issues.map(({ path }) => String(path[0])));
  const faults = [...[...names].map((name) => toFault(name, given)), ...crossFaults(given)];
  if (!parsed.success || faults.length > 0) throw toError(faults);
  return Object.freeze(parsed.data);
}
