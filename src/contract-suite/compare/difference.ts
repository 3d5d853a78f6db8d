/**
 * How an answer can differ. `side`: another side answered than the one under test. `contract`: the answer is
 * none that the route's contract knows. `format`: the same value, written otherwise. `failed`: no answer.
 */
export const DIFFERENCE_KINDS = [
  "value",
  "type",
  "missing",
  "extra",
  "order",
  "format",
  "status",
  "header",
  "close-code",
  "close-reason",
  "frame",
  "handshake",
  "contract",
  "side",
  "failed",
] as const;

export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** One place in which an answer is not what was expected. */
export interface Difference {
  /** Slash-separated: `/status`, `/headers/allow`, `/body/detail/0/loc`, `/frames/2/type`. */
  readonly path: string;
  readonly kind: DifferenceKind;
  /** Short texts for a person to read. */
  readonly expected: string;
  readonly got: string;
}

/** More than a person reads; a body of another shape would give thousands. */
export const MAX_DIFFERENCES = 50;
const MAX_TEXT = 200;

/** The text of a value in a difference, cut where it is long. */
export function toShortText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}… (${text.length} characters)`;
}

/** Cuts a list to its bound and says how much is left out. */
export function boundDifferences(differences: readonly Difference[]): readonly Difference[] {
  if (differences.length <= MAX_DIFFERENCES) return differences;
  const left = differences.length - MAX_DIFFERENCES;
  return [
    ...differences.slice(0, MAX_DIFFERENCES),
    { path: "", kind: "extra", expected: "no more", got: `${left} more differences` },
  ];
}
