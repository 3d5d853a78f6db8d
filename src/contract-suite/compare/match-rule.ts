import type { Rule } from "#contract-suite/expectation/expectation.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NAIVE_TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/;
/** 2001 to 2096. */
const EPOCH = { min: 1_000_000_000, max: 4_000_000_000 } as const;

interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

function isNumberWithin(value: unknown, { min = -Infinity, max = Infinity }: Bounds): boolean {
  return typeof value === "number" && value >= min && value <= max;
}

const isNumber = (
  value: unknown,
  rule: Extract<Rule, { readonly $match: "integer" | "number" }>,
): boolean => isNumberWithin(value, rule) && (rule.$match === "number" || Number.isInteger(value));

const isText = (value: unknown, pattern: RegExp): value is string =>
  typeof value === "string" && pattern.test(value);

const isSameJson = (one: unknown, other: unknown): boolean =>
  one !== undefined && JSON.stringify(one) === JSON.stringify(other);

const toWholePattern = (source = "[^]*"): RegExp => new RegExp(`^(?:${source})$`, "u");

/** Whether one value is what a matcher wants. Pure. */
export function isRuleMet(
  rule: Rule,
  value: unknown,
  captures: ReadonlyMap<string, unknown>,
): boolean {
  switch (rule.$match) {
    case "uuid":
      return isText(value, UUID);
    case "naive-timestamp":
      return isText(value, NAIVE_TIMESTAMP) && !Number.isNaN(Date.parse(`${value}Z`));
    case "epoch":
      return isNumberWithin(value, EPOCH);
    case "integer":
    case "number":
      return isNumber(value, rule);
    case "text":
      return isText(value, toWholePattern(rule.pattern));
    case "captured":
      return isSameJson(captures.get(rule.name), value);
    case "ignore":
      return true;
    default:
      return rule satisfies never;
  }
}

/** What a matcher wants, in words. */
export function describeRule(rule: Rule): string {
  switch (rule.$match) {
    case "uuid":
      return "a UUID in lower case";
    case "naive-timestamp":
      return "a UTC timestamp without a zone";
    case "epoch":
      return "seconds since 1970";
    case "integer":
    case "number": {
      const least = rule.min === undefined ? "" : ` from ${rule.min}`;
      return `${rule.$match}${least}${rule.max === undefined ? "" : ` up to ${rule.max}`}`;
    }
    case "text":
      return rule.pattern === undefined ? "text" : `text like ${rule.pattern}`;
    case "captured":
      return `what was captured as "${rule.name}"`;
    case "ignore":
      return "anything";
    default:
      return rule satisfies never;
  }
}
