import type { z } from "zod";

import { crossFaults, type Environment, type Fault } from "#platform/config/cross-faults.ts";
import { environmentSchema, SETTINGS } from "#platform/config/settings.ts";
import { AppError } from "#platform/errors.ts";

/** The environment, read once: typed, defaults filled in, frozen. */
export type Config = Readonly<z.output<typeof environmentSchema>>;

/** Longer than any right value that is quoted. */
const LONGEST_SHOWN = 120;

/**
 * What was found, on one line. A value that is no secret by its name can still be an address with a password or a
 * token in it.
 */
function quote(found: string): string {
  const shown = found
    .replace(/^([a-z]+:\/\/)?.*@/isu, "$1[secret]@")
    .replace(/[?#].*$/su, "?[secret]");
  return JSON.stringify(shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}…` : shown);
}

function toFault(name: string, environment: Environment): Fault {
  const setting = SETTINGS.find((row) => row.name === name);
  const found = environment[name];
  return {
    name,
    found: found === undefined ? "nothing" : setting?.isSecret ? "[secret]" : quote(found),
    expected: setting?.expected ?? "nothing",
  };
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
