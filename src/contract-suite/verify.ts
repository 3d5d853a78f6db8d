/**
 * The room's way: `cases/` reads what must hold (recordings, written cases, what is known beside them), `deviations/`
 * says what native answers instead, `run/` plays it over `wire/` against any base URL, `compare/` finds the differences,
 * `coverage/` what nothing proves, `probes/` makes more cases from the contracts, `report/` tells of it all.
 */
import { join } from "node:path";

import { measureCoverage } from "#contract-suite/coverage/coverage.ts";
import { isCoveredBy } from "#contract-suite/deviations/deviation.ts";
import {
  type PreparedRun,
  prepareRun,
  type VerifyDependencies,
  type VerifyOptions,
} from "#contract-suite/prepare-run.ts";
import { contractDigest } from "#contract-suite/report/contract-digest.ts";
import { readBuild } from "#contract-suite/report/read-build.ts";
import { isFailed, type Verdict } from "#contract-suite/report/verdict.ts";
import { createAddresses } from "#contract-suite/run/addresses.ts";
import { findVolatile } from "#contract-suite/run/find-volatile.ts";
import { toContracts } from "#contract-suite/run/hold-to-contract.ts";
import { compareRuns } from "#contract-suite/run/run-against.ts";
import { type CaseResult, runCases } from "#contract-suite/run/run-suite.ts";
import { createHttpClient } from "#contract-suite/wire/http-client.ts";
import { ROUTE_CONTRACTS, SOCKET_CONTRACTS } from "#contracts/index.ts";

export interface Progress {
  /** Called once with the number of results to come. */
  readonly start: (total: number) => void;
  readonly result: (result: CaseResult) => void;
}

type Results = readonly CaseResult[];

/** Of each case the run in which it failed, else the first. */
function toJudged(runs: readonly Results[]): Results {
  const [first = [], ...more] = runs;
  return first.map((result, at) => {
    if (isFailed(result)) return result;
    return more.flatMap((run) => run[at] ?? []).find(isFailed) ?? result;
  });
}

interface Running {
  readonly options: VerifyOptions;
  readonly dependencies: VerifyDependencies;
  readonly prepared: PreparedRun;
  readonly onResult: Progress["result"];
}

/** Runs the selected cases once. Never rejects for what a target does. */
async function runOnce({
  options: { target, socketTarget, side, patience, tokenSecret, concurrency },
  dependencies: { clock, random },
  prepared: { suite, selected },
  onResult,
}: Running): Promise<Results> {
  const http = createHttpClient(target, concurrency);
  try {
    return await runCases(selected.run, {
      target: { http, socketBase: socketTarget, side, isExact: side === "legacy", patience },
      tokens: suite.recordings.tokens,
      tokenSecret,
      deviations: suite.deviations,
      contracts: toContracts(ROUTE_CONTRACTS, SOCKET_CONTRACTS),
      takeAddress: createAddresses(Math.floor(random() * 2 ** 24)),
      clock,
      concurrency,
      onResult,
    });
  } finally {
    await http.close();
  }
}

interface Outcome {
  readonly results: Results;
  readonly proposals: Verdict["proposals"];
}

async function runAll(running: Running): Promise<Outcome> {
  const { options } = running;
  const runs: Results[] = [];
  // oxlint-disable-next-line no-await-in-loop -- runs at the same time would meet each other
  while (runs.length < options.repeat) runs.push(await runOnce(running));
  const judged = toJudged(runs);
  const proposals = runs.length > 1 ? findVolatile(runs) : [];
  if (options.against === undefined) return { results: judged, proposals };
  const reference = await runOnce({ ...running, options: { ...options, ...options.against } });
  return { results: compareRuns(reference, judged), proposals };
}

/** True where no case was left out on purpose: only then is what did not show itself missing. */
const isWhole = ({ recordings, concern, tag, caseId, against }: VerifyOptions): boolean =>
  [recordings, concern, tag, caseId, against].every((part) => part === undefined);

function findUnexercised({ suite, selected }: PreparedRun, results: Results): readonly string[] {
  const shown = new Set(results.flatMap(({ deviations }) => deviations));
  return suite.deviations
    .filter((entry) => !shown.has(entry.id))
    .filter((entry) => selected.run.some((given) => isCoveredBy(given, entry)))
    .map(({ id }) => id);
}

const coverageOf = ({ suite: { cases, deviations, reasons } }: PreparedRun): Verdict["coverage"] =>
  measureCoverage({
    routes: ROUTE_CONTRACTS,
    sockets: SOCKET_CONTRACTS,
    // What is tried against the contracts proves nothing of what is in them.
    cases: cases.filter(({ tags }) => !tags.has("probe")),
    deviations,
    reasons,
  });

/**
 * Runs the suite against any base URL and says what was found. Throws `NOT_FOUND` for names that nothing has
 * and `CONTRACT_INVALID` for contract files that cannot be used.
 */
export async function verify(
  options: VerifyOptions,
  dependencies: VerifyDependencies,
  progress: Progress,
): Promise<Verdict> {
  const { clock, root } = dependencies;
  const prepared = prepareRun(options, dependencies);
  const rounds = options.repeat + (options.against === undefined ? 0 : 1);
  progress.start(prepared.selected.run.length * rounds);
  const startedAt = new Date(clock.now()).toISOString();
  const startedAtMs = clock.monotonicMs();
  const outcome = await runAll({ options, dependencies, prepared, onResult: progress.result });
  const isNative = isWhole(options) && options.side === "native";
  return {
    ...outcome,
    target: options.target.href,
    against: options.against?.target.href,
    side: options.side,
    build: readBuild(root),
    contractDigest: contractDigest(join(root, "contracts")),
    startedAt,
    durationMs: clock.monotonicMs() - startedAtMs,
    skipped: prepared.selected.skipped,
    unexercised: isNative ? findUnexercised(prepared, outcome.results) : [],
    coverage: isWhole(options) ? coverageOf(prepared) : undefined,
  };
}
