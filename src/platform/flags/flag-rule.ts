import type { Constraint, FlagDefinition, Strategy } from "#platform/flags/flags-document.ts";

type Parameters = NonNullable<Strategy["parameters"]>;

function toCount(list: string | null | undefined, one: string, many: string): string {
  const count = (list ?? "").split(",").filter((entry) => entry.trim() !== "").length;
  return `${count} ${count === 1 ? one : many}`;
}

/** Stickiness that comes down to the subject's key, which nobody is without. */
const BY_KEY: ReadonlySet<string> = new Set(["default", "userId", "sessionId", "cohort"]);

function toDraw(share: string | number | null | undefined, by: string, group: string): string {
  const percent = Number(share ?? 0);
  if (!(percent >= 0)) return "never";
  if (percent >= 100 && BY_KEY.has(by)) return "always";
  return `${percent} % by ${by}${group}`;
}

/** Dice are not rolled: the SDK's `random` is drawn by the cohort's key like all else. */
function toStickiness(stickiness: string | null | undefined): string {
  if (stickiness === "random") return "cohort";
  return stickiness === null || stickiness === undefined || stickiness === ""
    ? "default"
    : stickiness;
}

/** Says who a standard strategy of the SDK is for. `group` is the rollout group, ready to be put behind. */
type Base = (parameters: Parameters, group: string) => string;

const BASES = new Map<string, Base>(
  Object.entries({
    default: () => "always",
    flexibleRollout: ({ rollout, stickiness }, group) =>
      toDraw(rollout, toStickiness(stickiness), group),
    gradualRolloutUserId: ({ percentage }, group) => toDraw(percentage, "userId", group),
    gradualRolloutSessionId: ({ percentage }, group) => toDraw(percentage, "sessionId", group),
    gradualRolloutRandom: ({ percentage }, group) => toDraw(percentage, "cohort", group),
    userWithId: ({ userIds }) => toCount(userIds, "named user", "named users"),
    remoteAddress: ({ IPs }) => toCount(IPs, "address range", "address ranges"),
    applicationHostname: ({ hostNames }) => toCount(hostNames, "named host", "named hosts"),
  } satisfies Record<string, Base>),
);

function toBase({ name, parameters }: Strategy, flagName: string): string {
  const base = BASES.get(name);
  if (base === undefined) return `never (unknown strategy "${name}")`;
  const group = parameters?.groupId ?? "";
  // Unleash makes the flag's own name the default group, which says nothing.
  return base(parameters ?? {}, group === "" || group === flagName ? "" : ` in group ${group}`);
}

/** Values stay out of it: they may be the ids of people. */
const toConstraint = ({ contextName, operator, inverted, values }: Constraint): string =>
  `constraint on ${contextName} (${inverted === true ? "not " : ""}${operator}${
    values === null || values === undefined || values.length === 0 ? "" : ` of ${values.length}`
  })`;

function toStrategyRule(strategy: Strategy, flagName: string): string {
  return [
    toBase(strategy, flagName),
    ...(strategy.constraints ?? []).map(toConstraint),
    ...(strategy.segments ?? []).map((id) => `segment ${id}`),
  ].join(", ");
}

/** One line about who gets a flag, such as `30 % by userId` or `always`; it says what the SDK does, not what was meant. */
export function toRule({ name, enabled, strategies, dependencies }: FlagDefinition): string {
  if (!enabled) return "never (disabled)";
  // The SDK takes an enabled flag without a strategy as on for everybody.
  const who =
    strategies.length === 0
      ? "always (no strategy)"
      : strategies.map((strategy) => toStrategyRule(strategy, name)).join(" or ");
  const parents = (dependencies ?? []).map(
    ({ feature, enabled: wanted }) => `${feature} is ${wanted === false ? "off" : "on"}`,
  );
  return [who, ...parents.map((parent) => `while ${parent}`)].join(", ");
}
