import { compareJson } from "#contract-suite/compare/compare-json.ts";
import type { Expectation } from "#contract-suite/expectation/expectation.ts";
import { toExpectation } from "#contract-suite/expectation/from-recording.ts";

const isMet = (pattern: Expectation, value: unknown): boolean =>
  compareJson(pattern, value).length === 0;

function freezeList(pattern: Expectation | undefined, value: readonly unknown[]): Expectation {
  const isOrdered = pattern?.kind !== "list" || pattern.isOrdered;
  const itemAt = (at: number): Expectation | undefined => {
    if (pattern?.kind === "each") return pattern.item;
    return pattern?.kind === "list" ? pattern.items[at] : undefined;
  };
  return {
    kind: "list",
    isOrdered,
    items: value.map((item, at) => freeze(itemAt(at), item)),
  };
}

function freezeObject(pattern: Expectation | undefined, value: object): Expectation {
  const known = pattern?.kind === "object" ? pattern.entries : undefined;
  const entries = Object.entries(value).map(
    ([key, item]: [string, unknown]) => [key, freeze(known?.get(key), item)] as const,
  );
  return { kind: "object", isOpen: false, entries: new Map(entries) };
}

/**
 * The expectation of the very value that one target gave, for another to be held to. Where `pattern` knows
 * that a value is new in every answer, and the value is of that kind, any other of the kind will do.
 */
export function freeze(pattern: Expectation | undefined, value: unknown): Expectation {
  if (pattern?.kind === "match" || pattern?.kind === "one-of") {
    return isMet(pattern, value) ? pattern : toExpectation(value, {});
  }
  if (Array.isArray(value)) return freezeList(pattern, value);
  if (typeof value !== "object" || value === null) return toExpectation(value, {});
  return freezeObject(pattern, value);
}
