import { z } from "zod";

import { type Matcher, matcherSchema } from "#contract-suite/expectation/matcher.ts";

export type Scalar = string | number | boolean | null;

/** What a JSON value is expected to be. Made from JSON in which `{"$match": …}` stands for a matcher. */
export type Expectation =
  | { readonly kind: "scalar"; readonly value: Scalar }
  /** With `isOpen` the object may have more keys, in any order. */
  | {
      readonly kind: "object";
      readonly entries: ReadonlyMap<string, Expectation>;
      readonly isOpen: boolean;
    }
  | { readonly kind: "list"; readonly items: readonly Expectation[]; readonly isOrdered: boolean }
  | { readonly kind: "each"; readonly item: Expectation }
  | { readonly kind: "one-of"; readonly options: readonly Expectation[] }
  | { readonly kind: "match"; readonly rule: Rule };

/** A matcher of other expectations. */
type Combination = Extract<
  Matcher,
  { readonly $match: "one-of" | "unordered" | "each" | "at-least" }
>;

/** A matcher of a single value. */
export type Rule = Exclude<Matcher, Combination>;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Not a schema: parsing would copy, and a copy loses a key that is called `__proto__`. */
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Collects what is wrong with an expectation while it is read; the path leads to the matcher at fault. */
export type ReportFault = (path: readonly (string | number)[], problem: string) => void;

type Path = readonly (string | number)[];

const COMBINATIONS: ReadonlySet<string> = new Set(["one-of", "unordered", "each", "at-least"]);

const isCombination = (matcher: Matcher): matcher is Combination =>
  COMBINATIONS.has(matcher.$match);

function fromMatcher(matcher: Matcher, path: Path, report: ReportFault): Expectation {
  if (!isCombination(matcher)) return { kind: "match", rule: matcher };
  switch (matcher.$match) {
    case "one-of":
      return {
        kind: "one-of",
        options: matcher.values.map((value, at) => read(value, [...path, "values", at], report)),
      };
    case "unordered":
      return {
        kind: "list",
        isOrdered: false,
        items: matcher.items.map((value, at) => read(value, [...path, "items", at], report)),
      };
    case "each":
      return { kind: "each", item: read(matcher.item, [...path, "item"], report) };
    case "at-least":
      return readEntries(matcher.keys, [...path, "keys"], { report, isOpen: true });
    default:
      return matcher satisfies never;
  }
}

function readEntries(
  value: Readonly<Record<string, unknown>>,
  path: Path,
  { report, isOpen }: { readonly report: ReportFault; readonly isOpen: boolean },
): Expectation {
  const entries = Object.entries(value).map(
    ([key, item]) => [key, read(item, [...path, key], report)] as const,
  );
  return { kind: "object", isOpen, entries: new Map(entries) };
}

function read(value: unknown, path: Path, report: ReportFault): Expectation {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, at) => read(item, [...path, at], report));
    return { kind: "list", isOrdered: true, items };
  }
  if (!isObject(value)) return { kind: "scalar", value: scalar.parse(value) };
  if (!("$match" in value)) return readEntries(value, path, { report, isOpen: false });
  const matcher = matcherSchema.safeParse(value);
  if (matcher.success) return fromMatcher(matcher.data, path, report);
  const [issue] = matcher.error.issues;
  report([...path, ...(issue?.path ?? []).map(String)], issue?.message ?? "is no matcher");
  return { kind: "scalar", value: null };
}

/** JSON with matchers in it, as case files and deviations hold it. */
export const expectationSchema = z
  .custom<unknown>((value) => value !== undefined, "is missing")
  .transform((value, context): Expectation =>
    read(value, [], (path, message) => {
      context.issues.push({ code: "custom", path: [...path], message, input: value });
    }),
  );
