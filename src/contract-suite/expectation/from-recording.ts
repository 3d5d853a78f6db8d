import type { Expectation, Scalar } from "#contract-suite/expectation/expectation.ts";
import { pointerMatcher } from "#contracts/recordings/json-values.ts";
import type { VolatileKind } from "#contracts/recordings/volatile.ts";

const escape = (literal: string): string => literal.replaceAll(/[$()*+./?[\\\]^{|}]/g, "\\$&");

/** A pattern of texts that look alike: as many digits in each run, but any digits. */
function toFormPattern(text: string): string {
  return escape(text).replaceAll(/\d+/g, (digits) => `\\d{${digits.length}}`);
}

/** The fraction of a second is left out when it is zero. */
function toTimestampPattern(text: string): string {
  const withoutFraction = text.replace(/(:\d\d)\.\d+/, "$1#");
  return toFormPattern(withoutFraction).replace("#", "(\\.\\d{1,9})?");
}

const matchText = (pattern: string): Expectation => ({
  kind: "match",
  rule: { $match: "text", pattern },
});

const matchNumber = (recorded: number): Expectation => ({
  kind: "match",
  rule: { $match: Number.isInteger(recorded) ? "integer" : "number", min: 0 },
});

function matchVolatileText(kind: VolatileKind, recorded: string): Expectation {
  switch (kind) {
    case "uuid":
      return { kind: "match", rule: { $match: "uuid" } };
    case "timestamp":
      return matchText(toTimestampPattern(recorded));
    case "month-start":
    case "month-end":
    case "date":
      return matchText(toFormPattern(recorded));
    case "request-id":
      return matchText("req_\\d+_\\d+");
    case "duration":
    case "epoch":
    case "seconds-left":
      return matchText(escape(recorded).replaceAll(/\d+/g, "\\d+"));
    case "state":
      return matchText("[^]*");
    default:
      return kind satisfies never;
  }
}

function matchVolatile(kind: VolatileKind, recorded: unknown): Expectation {
  if (typeof recorded === "string") return matchVolatileText(kind, recorded);
  if (typeof recorded === "number") {
    return kind === "epoch" ? { kind: "match", rule: { $match: "epoch" } } : matchNumber(recorded);
  }
  // Null is an answer of its own where a value might have stood.
  if (recorded === null && kind !== "state") return { kind: "scalar", value: null };
  return { kind: "match", rule: { $match: "ignore", because: `It is the target's ${kind}` } };
}

const toScalar = (value: unknown): Scalar =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : null;

/** A recorded JSON value in which what is new in every answer is matched by its kind. */
export function toExpectation(
  recorded: unknown,
  volatile: Readonly<Record<string, VolatileKind>>,
): Expectation {
  const kindOf = pointerMatcher(volatile);

  function read(value: unknown, pointer: string): Expectation {
    const kind = kindOf(pointer);
    if (kind !== undefined) return matchVolatile(kind, value);
    if (Array.isArray(value)) {
      const items = value.map((item: unknown, at) => read(item, `${pointer}/${at}`));
      return { kind: "list", isOrdered: true, items };
    }
    if (typeof value !== "object" || value === null) {
      return { kind: "scalar", value: toScalar(value) };
    }
    const entries = Object.entries(value).map(([key, item]: [string, unknown]) => {
      const token = key.replaceAll("~", "~0").replaceAll("/", "~1");
      return [key, read(item, `${pointer}/${token}`)] as const;
    });
    return { kind: "object", isOpen: false, entries: new Map(entries) };
  }

  return read(recorded, "");
}
