import { isRuleMet } from "#contract-suite/compare/match-rule.ts";
import type { Expectation } from "#contract-suite/expectation/expectation.ts";
import { ANYTHING } from "#contract-suite/expectation/to-form.ts";
import { toJson } from "#contract-suite/expectation/to-json.ts";
import { toPointerToken } from "#platform/comparison/index.ts";

/** One place in which an answer was decided to be otherwise. */
export interface DepartingPlace {
  /** JSON Pointer; `*` is any item of a list. */
  readonly pointer: string;
  /** What each side has there; `undefined` where it has nothing. */
  readonly legacy: Expectation | undefined;
  readonly native: Expectation | undefined;
}

type Found = readonly DepartingPlace[];

const isSame = (one: Expectation, other: Expectation): boolean =>
  JSON.stringify(toJson(one)) === JSON.stringify(toJson(other));

type Of<Kind extends Expectation["kind"]> = Extract<Expectation, { readonly kind: Kind }>;

interface Place {
  readonly pointer: string;
  readonly legacy: Expectation;
}

const here = (native: Expectation, place: Place): Found => [{ ...place, native }];

const isAnything = (legacy: Expectation): boolean =>
  legacy.kind === "match" && legacy.rule.$match === "ignore";

function findInObject(wish: Of<"object">, place: Place): Found {
  const { entries, isOpen } = wish;
  const { legacy } = place;
  if (legacy.kind !== "object") return here(wish, place);
  const below = (key: string): string => `${place.pointer}/${toPointerToken(key)}`;
  const named = [...entries].flatMap(([key, item]): Found => {
    const had = legacy.entries.get(key);
    if (had !== undefined) return find(item, { pointer: below(key), legacy: had });
    return legacy.isOpen ? [] : [{ pointer: below(key), legacy: undefined, native: item }];
  });
  if (isOpen) return named;
  // What native does not tell it does not tell whatever the legacy does.
  const gone = [...legacy.entries.keys()].filter((key) => !entries.has(key));
  return [
    ...named,
    ...gone.map((key) => ({ pointer: below(key), legacy: ANYTHING, native: undefined })),
  ];
}

function findInList(wish: Of<"list">, place: Place): Found {
  const { items, isOrdered } = wish;
  const { legacy } = place;
  const pointer = `${place.pointer}/*`;
  if (legacy.kind === "each") {
    return items.flatMap((item) => find(item, { pointer, legacy: legacy.item }));
  }
  if (legacy.kind !== "list" || !isOrdered || legacy.items.length !== items.length) {
    return here(wish, place);
  }
  return items.flatMap((item, at) => {
    const had = legacy.items[at];
    return had === undefined ? [] : find(item, { pointer, legacy: had });
  });
}

function findInEach(wish: Of<"each">, place: Place): Found {
  const { item } = wish;
  const { legacy } = place;
  const pointer = `${place.pointer}/*`;
  if (legacy.kind === "each") return find(item, { pointer, legacy: legacy.item });
  if (legacy.kind !== "list") return here(wish, place);
  const found = legacy.items.map((had) => find(item, { pointer, legacy: had }));
  // Where no item is left as it was, nor is how many there are; of an empty list nobody knows what its items would be.
  const isOther = found.every((places) => places.some((each) => each.pointer === pointer));
  return isOther ? here(wish, place) : found.flat();
}

/** Values that are listed one by one are a decision; kinds of values are only how a value is recognised. */
const isEnumeration = ({ options }: Of<"one-of">): boolean =>
  options.every((option) => option.kind === "scalar" && option.value !== null);

const pointersOf = (found: Found): string => JSON.stringify(found.map(({ pointer }) => pointer));

/** Options that depart in the same places as the one that is nearest to the legacy's are all decided. */
function findInOptions(wish: Of<"one-of">, place: Place): Found {
  const { legacy } = place;
  if (isEnumeration(wish)) {
    const isKnown =
      legacy.kind === "match" &&
      wish.options.every(
        (option) => option.kind === "scalar" && isRuleMet(legacy.rule, option.value, new Map()),
      );
    return isKnown ? [] : here(wish, place);
  }
  const attempts = wish.options.map((option) => find(option, place));
  const [nearest = []] = attempts.toSorted((one, other) => one.length - other.length);
  const places = pointersOf(nearest);
  return attempts.filter((attempt) => pointersOf(attempt) === places).flat();
}

function findAtRule(wish: Of<"match">, place: Place): Found {
  const { rule } = wish;
  const { legacy } = place;
  // What is said to be ignored was decided to be left to native, whatever the legacy has.
  if (rule.$match === "ignore") return here(wish, { ...place, legacy: wish });
  if (rule.$match === "captured" || legacy.kind === "match") return [];
  const isKind = legacy.kind === "scalar" && isRuleMet(rule, legacy.value, new Map());
  return isKind ? [] : here(wish, place);
}

function findAtScalar(wish: Of<"scalar">, place: Place): Found {
  const { value } = wish;
  const { legacy } = place;
  const isAsBefore =
    legacy.kind === "match"
      ? isRuleMet(legacy.rule, value, new Map())
      : legacy.kind === "scalar" && legacy.value === value;
  return isAsBefore ? [] : here(wish, place);
}

function find(wish: Expectation, place: Place): Found {
  const { legacy } = place;
  if (isAnything(legacy)) return [];
  if (legacy.kind === "one-of") {
    if (isSame(wish, legacy)) return [];
    const attempts = legacy.options.map((option) => find(wish, { ...place, legacy: option }));
    return attempts.some((attempt) => attempt.length === 0) ? [] : attempts.flat();
  }
  switch (wish.kind) {
    case "scalar":
      return findAtScalar(wish, place);
    case "object":
      return findInObject(wish, place);
    case "list":
      return findInList(wish, place);
    case "each":
      return findInEach(wish, place);
    case "one-of":
      return findInOptions(wish, place);
    case "match":
      return findAtRule(wish, place);
    default:
      return wish satisfies never;
  }
}

/**
 * Where a wished body cannot be, or by its own words need not be, what the legacy is expected to answer. A matcher that
 * the legacy's value fits decides nothing: it is how a value that is new in every answer is recognised. Pure.
 */
export function findDepartures(wish: Expectation, legacy: Expectation): Found {
  return find(wish, { pointer: "", legacy });
}
