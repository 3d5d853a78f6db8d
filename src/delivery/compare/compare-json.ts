import { type Collector, createCollector } from "#delivery/compare/collector.ts";
import { align, MAX_DEPTH, toItemKey } from "#delivery/compare/list-keys.ts";
import { type Place, within } from "#delivery/compare/place.ts";
import { kindAt, type RuleCursor, stepInto, toForm } from "#delivery/compare/volatile-rules.ts";
import { toJsonType } from "#platform/comparison/index.ts";

interface Where {
  readonly place: Place;
  readonly cursor: RuleCursor;
  /** `shape`: which fields there are and of what types, whatever they say and however many. */
  readonly mode: "values" | "shape";
  readonly collector: Collector;
}

const below = (where: Where, key: string | number): Where => ({
  ...where,
  place: within(where.place, key),
  cursor: stepInto(where.cursor, key),
});

/** Recursion-free, for what lies deeper than is compared. */
function isDeepEqual(one: unknown, other: unknown): boolean {
  const pairs: (readonly [unknown, unknown])[] = [[one, other]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [left, right] = pair;
    if (left === right) continue;
    if (typeof left !== "object" || typeof right !== "object") return false;
    if (left === null || right === null) return false;
    if (toJsonType(left) !== toJsonType(right)) return false;
    const entries: readonly [string, unknown][] = Object.entries(left);
    const others = new Map<string, unknown>(Object.entries(right));
    if (entries.length !== others.size) return false;
    for (const [key, item] of entries) {
      if (!others.has(key)) return false;
      pairs.push([item, others.get(key)]);
    }
  }
  return true;
}

type Pair<T> = readonly [legacy: T, native: T];

function compareObjects([legacy, native]: Pair<object>, where: Where): void {
  const [had, has] = [
    new Map<string, unknown>(Object.entries(legacy)),
    new Map<string, unknown>(Object.entries(native)),
  ];
  for (const [key, value] of had) {
    const at = below(where, key);
    if (has.has(key)) compareValues([value, has.get(key)], at);
    else if (kindAt(at.cursor) !== "state") {
      where.collector.add("missing", at.place, { legacy: value, native: undefined });
    }
  }
  for (const [key, value] of has) {
    const at = below(where, key);
    if (!had.has(key) && kindAt(at.cursor) !== "state") {
      where.collector.add("added", at.place, { legacy: undefined, native: value });
    }
  }
}

const keysOfItems = (items: readonly unknown[], { cursor, place }: Where): readonly string[] =>
  items.map((item, at) => toItemKey(item, stepInto(cursor, at), place.depth + 1));

function compareItems([legacy, native]: Pair<readonly unknown[]>, where: Where): Collector {
  const collector = createCollector();
  const count = Math.min(legacy.length, native.length);
  for (let at = 0; at < count; at += 1) {
    compareValues([legacy[at], native[at]], below({ ...where, collector }, at));
  }
  return collector;
}

/** Of lists of other lengths, what remains in both when all that is alike at their ends has been laid aside. */
function compareRest(pair: Pair<readonly unknown[]>, where: Where): void {
  const [legacy, native] = pair;
  const { prefix, suffix } = align(keysOfItems(legacy, where), keysOfItems(native, where));
  const count = Math.min(legacy.length, native.length) - suffix;
  for (let at = prefix; at < count; at += 1) {
    compareValues([legacy[at], native[at]], below(where, at));
  }
}

function compareLists(pair: Pair<readonly unknown[]>, where: Where): void {
  const [legacy, native] = pair;
  const { collector, place, mode } = where;
  if (legacy.length !== native.length && mode === "values") {
    collector.addWords("length", place, {
      legacy: `list of ${legacy.length}`,
      native: `list of ${native.length}`,
    });
    compareRest(pair, where);
    return;
  }
  const found = compareItems(pair, where);
  if (found.size === 0) return;
  const isReordered =
    mode === "values" && align(keysOfItems(legacy, where), keysOfItems(native, where)).isReordered;
  if (!isReordered) collector.merge(found);
  else {
    const words = `list of ${legacy.length}`;
    collector.addWords("order", place, { legacy: words, native: `${words} in another order` });
  }
}

function compareScalars([legacy, native]: Pair<unknown>, where: Where): void {
  const kind = kindAt(where.cursor);
  if (where.mode === "shape" || toForm(kind, legacy) === toForm(kind, native)) return;
  where.collector.add("value", where.place, { legacy, native });
}

function compareValues(pair: Pair<unknown>, where: Where): void {
  const [legacy, native] = pair;
  const { collector, place } = where;
  if (legacy === native || kindAt(where.cursor) === "state") return;
  const type = toJsonType(legacy);
  if (type !== toJsonType(native)) {
    collector.add("type", place, { legacy, native });
  } else if (place.depth > MAX_DEPTH) {
    if (!isDeepEqual(legacy, native)) collector.add("value", place, { legacy, native });
  } else if (Array.isArray(legacy) && Array.isArray(native)) {
    compareLists([legacy, native], where);
  } else if (type === "object" && isObject(legacy) && isObject(native)) {
    compareObjects([legacy, native], where);
  } else compareScalars(pair, where);
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Adds every place in which two JSON values differ. Pure but for the collector. */
export function compareJson(pair: Pair<unknown>, where: Where): void {
  compareValues(pair, where);
}
