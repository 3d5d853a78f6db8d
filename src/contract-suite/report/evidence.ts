import { isFailed, isGreen, type Verdict } from "#contract-suite/report/verdict.ts";

/** A route of the route table, or the paths that no row names. */
const UNROUTED = "none";

function toRoutes({ results, skipped }: Verdict): readonly object[] {
  const held = Map.groupBy(results, ({ case: { route } }) => route ?? UNROUTED);
  const left = Map.groupBy(skipped, ({ case: { route } }) => route ?? UNROUTED);
  const ids = [...new Set([...held.keys(), ...left.keys()])].toSorted();
  return ids.map((route) => {
    const ran = held.get(route) ?? [];
    return {
      route,
      pass: ran.filter((result) => !isFailed(result)).length,
      fail: ran.filter(isFailed).length,
      skipped: left.get(route)?.length ?? 0,
      deviations: [...new Set(ran.flatMap(({ deviations }) => deviations))].toSorted(),
    };
  });
}

/** A run as data: what a cutover can be argued from, and what a machine reads. */
export function toEvidence(verdict: Verdict): object {
  const { results, skipped, coverage } = verdict;
  const failed = results.filter(isFailed);
  return {
    formatVersion: 1,
    holds: isGreen(verdict),
    target: verdict.target,
    against: verdict.against ?? null,
    side: verdict.side,
    build: verdict.build,
    contractDigest: verdict.contractDigest,
    startedAt: verdict.startedAt,
    durationMs: Math.round(verdict.durationMs),
    totals: {
      pass: results.length - failed.length,
      fail: failed.length,
      skipped: skipped.length,
    },
    coverage: coverage ?? null,
    unexercisedDeviations: verdict.unexercised,
    routes: toRoutes(verdict),
    failures: failed.map(({ case: { id, route, title }, differences }) => ({
      case: id,
      route: route ?? null,
      title,
      differences,
    })),
    volatileProposals: verdict.proposals,
    skipped: skipped.map(({ case: { id }, reason }) => ({ case: id, reason })),
  };
}
