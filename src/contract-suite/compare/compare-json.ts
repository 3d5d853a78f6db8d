import { type Difference, toShortText } from "#contract-suite/compare/difference.ts";
import { describeRule, isRuleMet } from "#contract-suite/compare/match-rule.ts";
import type { Expectation } from "#contract-suite/expectation/expectation.ts";
import { toJsonType, toPointerToken } from "#platform/comparison/index.ts";

/** What earlier steps of a case have captured, by name. */
export type Captures = ReadonlyMap<string, unknown>;

interface Place {
  readonly path: string;
  readonly captures: Captures;
}

const differ = (
  { path }: Place,
  kind: Difference["kind"],
  sides: { readonly expected: unknown; readonly got: unknown },
): readonly Difference[] => [
  { path, kind, expected: toShortText(sides.expected), got: toShortText(sides.got) },
];

const within = (place: Place, key: string | number): Place => ({
  ...place,
  path: `${place.path}/${toPointerToken(key)}`,
});

function compareScalar(expected: unknown, got: unknown, place: Place): readonly Difference[] {
  if (Object.is(expected, got)) return [];
  const kind = toJsonType(expected) === toJsonType(got) ? "value" : "type";
  // 0 and -0 are one JSON number in two spellings.
  if (kind === "value" && expected === got) return [];
  return differ(place, kind, { expected: JSON.stringify(expected), got: JSON.stringify(got) });
}

function compareObject(
  { entries, isOpen }: Extract<Expectation, { kind: "object" }>,
  got: unknown,
  place: Place,
): readonly Difference[] {
  if (typeof got !== "object" || got === null || Array.isArray(got)) {
    return differ(place, "type", { expected: "object", got: toJsonType(got) });
  }
  const found = new Map<string, unknown>(Object.entries(got));
  const differences = [...entries].flatMap(([key, expectation]) => {
    const at = within(place, key);
    if (!found.has(key)) {
      return differ(at, "missing", { expected: describe(expectation), got: "nothing" });
    }
    return compareValue(expectation, found.get(key), at);
  });
  if (isOpen) return differences;
  const extra = [...found.keys()].filter((key) => !entries.has(key));
  const added = extra.flatMap((key) =>
    differ(within(place, key), "extra", { expected: "nothing", got: found.get(key) }),
  );
  const wanted = [...entries.keys()].filter((key) => found.has(key));
  const order = [...found.keys()].filter((key) => entries.has(key));
  const disorder =
    wanted.join("\n") === order.join("\n")
      ? []
      : differ(place, "order", { expected: wanted.join(", "), got: order.join(", ") });
  return [...differences, ...added, ...disorder];
}

function compareOrdered(
  items: readonly Expectation[],
  got: readonly unknown[],
  place: Place,
): readonly Difference[] {
  const shared = items.flatMap((item, at) =>
    at < got.length
      ? compareValue(item, got[at], within(place, at))
      : differ(within(place, at), "missing", { expected: describe(item), got: "nothing" }),
  );
  const extra = got
    .slice(items.length)
    .flatMap((value, at) =>
      differ(within(place, items.length + at), "extra", { expected: "nothing", got: value }),
    );
  return [...shared, ...extra];
}

/** Each expected item takes the first item left that fits it. */
function compareUnordered(
  items: readonly Expectation[],
  got: readonly unknown[],
  place: Place,
): readonly Difference[] {
  const left = [...got];
  const missing = items.flatMap((item) => {
    const at = left.findIndex((value) => compareValue(item, value, place).length === 0);
    if (at === -1) return differ(place, "missing", { expected: describe(item), got: "nothing" });
    left.splice(at, 1);
    return [];
  });
  const extra = left.flatMap((value) =>
    differ(place, "extra", { expected: "nothing", got: value }),
  );
  return [...missing, ...extra];
}

function compareOptions(
  options: readonly Expectation[],
  got: unknown,
  place: Place,
): readonly Difference[] {
  const attempts = options.map((option) => compareValue(option, got, place));
  if (attempts.some((attempt) => attempt.length === 0)) return [];
  const expected = `one of ${options.map(describe).join(", ")}`;
  return attempts.length === 1 ? attempts.flat() : differ(place, "value", { expected, got });
}

function describe(expectation: Expectation): string {
  switch (expectation.kind) {
    case "scalar":
      return JSON.stringify(expectation.value);
    case "object":
      return `object of ${[...expectation.entries.keys()].join(", ")}`;
    case "list":
      return `list of ${expectation.items.length}`;
    case "each":
      return "list";
    case "one-of":
      return expectation.options.map(describe).join(" or ");
    case "match":
      return describeRule(expectation.rule);
    default:
      return expectation satisfies never;
  }
}

function compareValue(expectation: Expectation, got: unknown, place: Place): readonly Difference[] {
  switch (expectation.kind) {
    case "scalar":
      return compareScalar(expectation.value, got, place);
    case "object":
      return compareObject(expectation, got, place);
    case "list":
    case "each": {
      if (!Array.isArray(got)) {
        return differ(place, "type", { expected: "list", got: toJsonType(got) });
      }
      const items: readonly unknown[] = got;
      if (expectation.kind === "each") {
        return items.flatMap((item, at) => compareValue(expectation.item, item, within(place, at)));
      }
      const compareItems = expectation.isOrdered ? compareOrdered : compareUnordered;
      return compareItems(expectation.items, items, place);
    }
    case "one-of":
      return compareOptions(expectation.options, got, place);
    case "match": {
      const { rule } = expectation;
      if (isRuleMet(rule, got, place.captures)) return [];
      return differ(place, "value", { expected: describeRule(rule), got: JSON.stringify(got) });
    }
    default:
      return expectation satisfies never;
  }
}

/** Every place in which a JSON value is not as expected. `path` is where the value stands. Pure. */
export function compareJson(
  expectation: Expectation,
  got: unknown,
  { path = "", captures = new Map() }: Partial<Place> = {},
): readonly Difference[] {
  return compareValue(expectation, got, { path, captures });
}
