import type { Case, Side, Tag } from "#contract-suite/cases/case.ts";
import type { Fixtures } from "#contract-suite/cases/fixture.ts";

export interface Selection {
  readonly side: Side;
  readonly concern?: string | undefined;
  readonly tag?: Tag | undefined;
  readonly id?: string | undefined;
  /** Fixtures that the target holds. */
  readonly held: ReadonlySet<string>;
  /** Routes that the native side answers; a case of another one has nothing to be compared with. */
  readonly nativeRoutes: ReadonlySet<string>;
}

export interface Skip {
  readonly case: Case;
  readonly reason: string;
}

export interface SelectedCases {
  readonly run: readonly Case[];
  /** Cases that were asked for and cannot run, each with its reason. */
  readonly skipped: readonly Skip[];
}

/** A probe beside a route is for whatever stands there; a recording beside one is of the legacy. */
function isOfNative({ route, tags }: Case, nativeRoutes: ReadonlySet<string>): boolean {
  return route === undefined ? tags.has("probe") : nativeRoutes.has(route);
}

function skipReason(given: Case, selection: Selection, fixtures: Fixtures): string | undefined {
  const { side, held, nativeRoutes } = selection;
  if (given.skip !== undefined) return given.skip;
  if (!given.sides.includes(side)) return `It is not about the ${side} side`;
  if (side === "native" && !isOfNative(given, nativeRoutes)) return "Its route has no native side";
  const missing = given.needs.find((need) => !held.has(need));
  if (missing === undefined) return undefined;
  return `It needs the fixture "${missing}": ${fixtures.get(missing)?.holds ?? ""}`;
}

/** The cases that are asked for, and of them those that this target can be held to. Pure. */
export function selectCases(
  cases: readonly Case[],
  selection: Selection,
  fixtures: Fixtures,
): SelectedCases {
  const { concern, tag, id } = selection;
  const wanted = cases.filter(
    (given) =>
      (concern === undefined || given.concern === concern) &&
      (tag === undefined || given.tags.has(tag)) &&
      (id === undefined || given.id === id),
  );
  const judged = wanted.map((given) => ({
    case: given,
    reason: skipReason(given, selection, fixtures),
  }));
  return {
    run: judged.flatMap(({ case: given, reason }) => (reason === undefined ? [given] : [])),
    skipped: judged.flatMap(({ case: given, reason }) =>
      reason === undefined ? [] : [{ case: given, reason }],
    ),
  };
}
