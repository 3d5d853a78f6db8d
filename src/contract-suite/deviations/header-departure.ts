import type { ExpectedAnswer, HeaderExpectation } from "#contract-suite/compare/answer.ts";

/**
 * What the legacy sends under a name where native was decided to send something else: `nothing`, or `anything`, because
 * the decision is about what native says, whatever the legacy says.
 */
export type LegacyHeader = "nothing" | "anything";

const ABSENT: HeaderExpectation = { kind: "absent" };

type Answer = Pick<ExpectedAnswer, "headers" | "areHeadersClosed">;

const isFixed = (header: HeaderExpectation): boolean =>
  header.kind === "absent" ||
  (header.kind === "values" && header.values.every((value) => !value.includes("{{")));

/** `undefined` where native sends the same, or nobody knows what the legacy does. Pure. */
export function findHeaderDeparture(
  name: string,
  wish: HeaderExpectation,
  { headers, areHeadersClosed }: Answer,
): LegacyHeader | undefined {
  const legacy = headers.get(name) ?? (areHeadersClosed ? ABSENT : undefined);
  if (legacy === undefined) return undefined;
  const isSame = isFixed(legacy) && JSON.stringify(legacy) === JSON.stringify(wish);
  if (isSame) return undefined;
  return legacy.kind === "absent" ? "nothing" : "anything";
}
