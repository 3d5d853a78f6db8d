import { kindAt, type RuleCursor, stepInto, toForm } from "#delivery/compare/volatile-rules.ts";

/** Deeper than any answer that means well; what lies deeper is compared as one value. */
export const MAX_DEPTH = 64;

/**
 * A text that two items share where they are alike, the volatile values aside and to the depth that is compared. It
 * serves to line items up and decides nothing by itself.
 */
export function toItemKey(value: unknown, cursor: RuleCursor, depth: number): string {
  const kind = kindAt(cursor);
  if (kind !== undefined) return JSON.stringify(toForm(kind, value)) ?? "";
  if (depth > MAX_DEPTH) return "…";
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, at) =>
      toItemKey(item, stepInto(cursor, at), depth + 1),
    );
    return `[${items.join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const members = Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([key, item]: [string, unknown]) =>
        `${JSON.stringify(key)}:${toItemKey(item, stepInto(cursor, key), depth + 1)}`,
    );
  return `{${members.join(",")}}`;
}

export interface Alignment {
  /** True where both lists have the same items in another order. */
  readonly isReordered: boolean;
  /** Items at the front that are alike. */
  readonly prefix: number;
  /** Items at the back that are alike, none of them counted before. */
  readonly suffix: number;
}

function hasSameItems(one: readonly string[], other: readonly string[]): boolean {
  const sorted = other.toSorted();
  return one.toSorted().every((key, at) => key === sorted[at]);
}

/** Lines two lists up by the keys of their items. */
export function align(legacy: readonly string[], native: readonly string[]): Alignment {
  const shorter = Math.min(legacy.length, native.length);
  let prefix = 0;
  while (prefix < shorter && legacy[prefix] === native[prefix]) prefix += 1;
  let suffix = 0;
  while (suffix < shorter - prefix && legacy.at(-1 - suffix) === native.at(-1 - suffix)) {
    suffix += 1;
  }
  const isReordered =
    legacy.length === native.length && prefix < shorter && hasSameItems(legacy, native);
  return { isReordered, prefix, suffix };
}
