import type { Comparison, DifferenceKind, FieldDifference } from "#delivery/compare/difference.ts";
import { keysOf, type Place, spell } from "#delivery/compare/place.ts";
import { cleanText, showTexts, showValue } from "#delivery/compare/show-value.ts";

/** More than a person reads; a body of another shape would give thousands. */
const MAX_DIFFERENCES = 50;

export interface Sides {
  readonly legacy: unknown;
  readonly native: unknown;
}

/** Takes note of differences, up to a bound. */
export interface Collector {
  readonly size: number;
  add(kind: DifferenceKind, place: Place, sides: Sides): void;
  /** Words that say what each side has, to be shown as they are. */
  addWords(kind: DifferenceKind, place: Place, words: Readonly<Record<keyof Sides, string>>): void;
  /** Takes over what another one has found. */
  merge(other: Collector): void;
  result(): Comparison;
}

function showSides(place: Place, { legacy, native }: Sides): readonly [string, string] {
  const keys = keysOf(place);
  return typeof legacy === "string" && typeof native === "string"
    ? showTexts(keys, legacy, native)
    : [showValue(keys, legacy), showValue(keys, native)];
}

export function createCollector(): Collector {
  const differences: FieldDifference[] = [];
  let omitted = 0;

  function keep(create: () => FieldDifference): void {
    if (differences.length >= MAX_DIFFERENCES) omitted += 1;
    else differences.push(create());
  }

  return {
    get size() {
      return differences.length + omitted;
    },
    add(kind, place, sides) {
      keep(() => {
        const [legacy, native] = showSides(place, sides);
        return { kind, ...spell(place, cleanText), legacy, native };
      });
    },
    addWords(kind, place, words) {
      keep(() => ({ kind, ...spell(place, cleanText), ...words }));
    },
    merge(other) {
      const found = other.result();
      for (const difference of found.differences) keep(() => difference);
      omitted += found.omitted;
    },
    result: () => ({ differences, omitted }),
  };
}
