import type { Expectation, Rule } from "#contract-suite/expectation/expectation.ts";

export const ANYTHING: Expectation = {
  kind: "match",
  rule: { $match: "ignore", because: "It is of no account" },
};
const TEXT: Expectation = { kind: "match", rule: { $match: "text" } };
export const NUMBER: Expectation = { kind: "match", rule: { $match: "number" } };
const OBJECT: Expectation = { kind: "object", entries: new Map(), isOpen: true };
const LIST: Expectation = { kind: "each", item: ANYTHING };
const BOOLEAN: Expectation = {
  kind: "one-of",
  options: [true, false].map((value) => ({ kind: "scalar", value })),
};

/** A value of the same kind, in whatever bounds. */
export function toKind(rule: Rule): Expectation {
  switch (rule.$match) {
    case "uuid":
    case "naive-timestamp":
    case "text":
      return TEXT;
    case "epoch":
    case "integer":
    case "number":
      return NUMBER;
    case "captured":
    case "ignore":
      return ANYTHING;
    default:
      return rule satisfies never;
  }
}

/** Of null nobody knows what else might have stood there. */
function toType(expectation: Expectation): Expectation {
  switch (expectation.kind) {
    case "scalar": {
      const { value } = expectation;
      if (value === null) return ANYTHING;
      if (typeof value === "boolean") return BOOLEAN;
      return typeof value === "string" ? TEXT : NUMBER;
    }
    case "object":
      return OBJECT;
    case "list":
    case "each":
      return LIST;
    case "one-of":
      return { kind: "one-of", options: expectation.options.map(toType) };
    case "match":
      return toKind(expectation.rule);
    default:
      return expectation satisfies never;
  }
}

/** The fields of an object and the types of what is in them; `isKept` names values that must be the same. */
export function toForm(
  expectation: Expectation,
  isKept: (value: Expectation) => boolean = () => false,
): Expectation {
  if (expectation.kind === "one-of") {
    return { ...expectation, options: expectation.options.map((option) => toForm(option, isKept)) };
  }
  if (expectation.kind !== "object") return toType(expectation);
  const entries = [...expectation.entries].map(
    ([key, item]) => [key, isKept(item) ? item : toType(item)] as const,
  );
  return { ...expectation, entries: new Map(entries) };
}
