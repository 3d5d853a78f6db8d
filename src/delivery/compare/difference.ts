/**
 * What happened to one place. `missing` and `added` are seen from legacy. `length`: lists of other lengths. `order`:
 * the same items in another order. `gap`: something came while the other side's turn was left alone. `effect`:
 * native meant to change something where legacy refused. `failed`: native gave no answer.
 */
export const DIFFERENCE_KINDS = [
  "missing",
  "added",
  "type",
  "value",
  "length",
  "order",
  "gap",
  "effect",
  "failed",
] as const;

export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** One place in which native does not answer as legacy does. */
export interface FieldDifference {
  readonly kind: DifferenceKind;
  /** Slash-separated, in this answer: `/status`, `/headers/allow`, `/body/items/2/id`, `/frames/chat_response/data`. */
  readonly path: string;
  /** The same place in any answer of the route: indices, numbers and ids are `*`. */
  readonly field: string;
  /** Short texts for a person to read, with nothing secret or personal in them. */
  readonly legacy: string;
  readonly native: string;
}

/** Bounded; `omitted` counts what went beyond the bound. */
export interface Comparison {
  readonly differences: readonly FieldDifference[];
  readonly omitted: number;
}
