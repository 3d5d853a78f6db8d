import { SETTINGS } from "#platform/config/settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Fault {
  readonly name: string;
  readonly found: string;
  readonly expected: string;
}

/** What is of no use, or not safe, without another. */
const NEEDED_BESIDE = [
  ["UNLEASH_URL", "UNLEASH_TOKEN", "a backend token"],
  ["NSW_FUEL_API_KEY", "NSW_FUEL_API_SECRET", "a value"],
  ["NSW_FUEL_API_SECRET", "NSW_FUEL_API_KEY", "a value"],
] as const;

const missing = (name: string, expected: string): Fault => ({ name, found: "nothing", expected });

const missingBeside = (given: Environment): Fault[] =>
  NEEDED_BESIDE.filter(
    ([set, needed]) => given[set] !== undefined && given[needed] === undefined,
  ).map(([set, needed, what]) => missing(needed, `${what}, because ${set} is set`));

const textOf = (given: Environment, name: string): string | undefined =>
  given[name] ?? SETTINGS.find((setting) => setting.name === name)?.defaultText;

function missingForWorkers(given: Environment): Fault[] {
  const workers = Number(textOf(given, "WORKERS"));
  if (!(workers > 1 && workers <= 64)) return [];
  const why = `because WORKERS is ${workers} and workers share what users said and did through it`;
  return ["REDIS_URL", "DATABASE_URL"]
    .filter((name) => given[name] === undefined)
    .map((name) => missing(name, `an address, ${why}; or WORKERS=1`));
}

/** All addresses of the machine. */
const isWildcard = (host: string | undefined): boolean => host === "0.0.0.0" || host === "::";

function sharedAddress(given: Environment): Fault[] {
  const [host, adminHost] = [textOf(given, "HOST"), textOf(given, "ADMIN_HOST")];
  const port = Number(textOf(given, "PORT"));
  const isSameHost = host === adminHost || isWildcard(host) || isWildcard(adminHost);
  if (!isSameHost || port === 0 || port !== Number(textOf(given, "ADMIN_PORT"))) return [];
  const expected = "another port than PORT, because both listeners would have one address";
  return [{ name: "ADMIN_PORT", found: `"${port}"`, expected }];
}

/** Faults that no variable has by itself, read off the text so that they stand beside all others. */
export const crossFaults = (given: Environment): readonly Fault[] => [
  ...missingBeside(given),
  ...missingForWorkers(given),
  ...sharedAddress(given),
];
