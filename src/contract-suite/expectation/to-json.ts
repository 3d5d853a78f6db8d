import type { Expectation } from "#contract-suite/expectation/expectation.ts";

const entriesToJson = (
  entries: ReadonlyMap<string, Expectation>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...entries].map(([key, item]) => [key, toJson(item)] as const));

/** The JSON that `expectationSchema` reads as this expectation. */
export function toJson(expectation: Expectation): unknown {
  switch (expectation.kind) {
    case "scalar":
      return expectation.value;
    case "object": {
      const entries = entriesToJson(expectation.entries);
      return expectation.isOpen ? { $match: "at-least", keys: entries } : entries;
    }
    case "list": {
      const items = expectation.items.map(toJson);
      return expectation.isOrdered ? items : { $match: "unordered", items };
    }
    case "each":
      return { $match: "each", item: toJson(expectation.item) };
    case "one-of":
      return { $match: "one-of", values: expectation.options.map(toJson) };
    case "match":
      return expectation.rule;
    default:
      return expectation satisfies never;
  }
}
