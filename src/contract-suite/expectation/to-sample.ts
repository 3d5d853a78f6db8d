import type { Expectation, Rule } from "#contract-suite/expectation/expectation.ts";

function sampleOf(rule: Rule): unknown {
  switch (rule.$match) {
    case "uuid":
      return "00000000-0000-4000-8000-000000000000";
    case "naive-timestamp":
      return "2030-01-01T00:00:00.000001";
    case "epoch":
      return 1_900_000_000;
    case "integer":
    case "number":
      return rule.min ?? rule.max ?? 1;
    case "text":
      return rule.example ?? "";
    case "captured":
    case "ignore":
      return null;
    default:
      return rule satisfies never;
  }
}

/** A value of the kind that is expected: enough to see which frame it is. */
export function toSample(expectation: Expectation): unknown {
  switch (expectation.kind) {
    case "scalar":
      return expectation.value;
    case "object":
      return Object.fromEntries(
        [...expectation.entries].map(([key, item]) => [key, toSample(item)] as const),
      );
    case "list":
      return expectation.items.map(toSample);
    case "each":
      return [];
    case "one-of":
      return expectation.options.slice(0, 1).map(toSample)[0];
    case "match":
      return sampleOf(expectation.rule);
    default:
      return expectation satisfies never;
  }
}
