import type { Side } from "#contract-suite/cases/case.ts";
import type { Coverage } from "#contract-suite/coverage/coverage.ts";
import type { VolatileProposal } from "#contract-suite/run/find-volatile.ts";
import type { CaseResult } from "#contract-suite/run/run-suite.ts";
import type { Skip } from "#contract-suite/run/select-cases.ts";

/** Everything one run found. */
export interface Verdict {
  readonly target: string;
  /** The other live target that was expected of this one. */
  readonly against: string | undefined;
  readonly side: Side;
  /** What the runner was built from: a commit, or the version of the package. */
  readonly build: string;
  readonly contractDigest: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly results: readonly CaseResult[];
  /** Values that varied from run to run, and matchers that fit them. */
  readonly proposals: readonly VolatileProposal[];
  readonly skipped: readonly Skip[];
  /** Deviations that no case needed; only a run of every case can tell. */
  readonly unexercised: readonly string[];
  /** Only of a run of every case. */
  readonly coverage: Coverage | undefined;
}

export const isFailed = ({ differences }: CaseResult): boolean => differences.length > 0;

/** True where everything that was run holds, and nothing is left unproven. */
export const isGreen = ({ results, unexercised, coverage }: Verdict): boolean =>
  !results.some(isFailed) && unexercised.length === 0 && (coverage?.missing ?? []).length === 0;

/** One line with the figures of a run. */
export function toSummary(verdict: Verdict): string {
  const { results, skipped, unexercised, coverage } = verdict;
  const failed = results.filter(isFailed).length;
  const deviations = new Set(results.flatMap((result) => result.deviations));
  const figures = [
    `${results.length - failed} cases hold`,
    `${failed} differ`,
    `${skipped.length} skipped`,
    ...(verdict.side === "native" ? [`${deviations.size} deviations shown`] : []),
    ...(unexercised.length > 0 ? [`${unexercised.length} deviations not shown`] : []),
    ...(coverage === undefined ? [] : [`${coverage.covered} of ${coverage.total} covered`]),
    `${(verdict.durationMs / 1000).toFixed(1)} s`,
  ];
  const against = verdict.against === undefined ? "" : ` against ${verdict.against}`;
  return `${figures.join(", ")}: ${verdict.side} at ${verdict.target}${against}, contract ${verdict.contractDigest.slice(0, 12)}`;
}
