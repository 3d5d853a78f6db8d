import { toTraceLines } from "#contract-suite/report/trace-text.ts";
import { isFailed, toSummary, type Verdict } from "#contract-suite/report/verdict.ts";
import type { VolatileProposal } from "#contract-suite/run/find-volatile.ts";
import type { CaseResult } from "#contract-suite/run/run-suite.ts";

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `    ${line}`);

/** A failing case: what was sent, what came, and each place in which it is not what it should be. */
export function toFailureLines({
  case: given,
  differences,
  traces,
}: CaseResult): readonly string[] {
  return [
    `✗ ${given.id} (${given.route ?? "no route"}, ${given.place}): ${given.title}`,
    ...indent(traces.flatMap(toTraceLines)),
    ...indent(
      differences.flatMap(({ path, kind, expected, got }) => [
        `${path === "" ? "/" : path} (${kind})`,
        `  expected  ${expected}`,
        `  got       ${got}`,
      ]),
    ),
    "",
  ];
}

function skippedLines({ skipped }: Verdict): readonly string[] {
  const reasons = [...Map.groupBy(skipped, ({ reason }) => reason)];
  return reasons.map(
    ([reason, cases]) =>
      `- ${cases.length} ${cases.length === 1 ? "case" : "cases"} skipped: ${reason}`,
  );
}

/** As it would stand in an entry of `cases/recorded.json`. */
const toProposalLine = ({ case: id, pointer, seen, match }: VolatileProposal): string =>
  `~ ${id}${pointer} varies (${seen.join(", ")}): "match": ${JSON.stringify({ [pointer]: match })}`;

/** A run for a person to read; the last line has the figures. */
export function toPrettyReport(verdict: Verdict): string {
  const { results, unexercised, coverage } = verdict;
  const lines = [
    ...results.filter(isFailed).flatMap(toFailureLines),
    ...verdict.proposals.map(toProposalLine),
    ...skippedLines(verdict),
    ...unexercised.map((id) => `✗ deviations/${id}.json: no case needs it`),
    ...(coverage?.missing ?? []).map((unit) => `✗ no case and no reason: ${unit}`),
    toSummary(verdict),
  ];
  return `${lines.join("\n")}\n`;
}
