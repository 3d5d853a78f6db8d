import { join } from "node:path";

import type { Case, Side, Tag } from "#contract-suite/cases/case.ts";
import { assumedFixtures } from "#contract-suite/cases/fixture.ts";
import { loadSuite, type Suite, type SuiteRoute } from "#contract-suite/cases/load-suite.ts";
import { measureCoverage } from "#contract-suite/coverage/coverage.ts";
import { makeProbes } from "#contract-suite/probes/make-probes.ts";
import { makeSocketProbes } from "#contract-suite/probes/socket-probes.ts";
import { contractDigest } from "#contract-suite/report/contract-digest.ts";
import { readBuild } from "#contract-suite/report/read-build.ts";
import { isFailed, type Verdict } from "#contract-suite/report/verdict.ts";
import { createAddresses } from "#contract-suite/run/addresses.ts";
import { findVolatile } from "#contract-suite/run/find-volatile.ts";
import { toContracts } from "#contract-suite/run/hold-to-contract.ts";
import { compareRuns } from "#contract-suite/run/run-against.ts";
import { type CaseResult, runCases } from "#contract-suite/run/run-suite.ts";
import { selectCases, type SelectedCases } from "#contract-suite/run/select-cases.ts";
import type { Patience } from "#contract-suite/run/target.ts";
import { createHttpClient } from "#contract-suite/wire/http-client.ts";
import { ROUTE_CONTRACTS, SOCKET_CONTRACTS } from "#contracts/index.ts";
import type { Clock } from "#platform/clock.ts";
import { AppError } from "#platform/errors.ts";

/** What a run is about. */
export interface VerifyOptions {
  readonly target: URL;
  readonly socketTarget: URL;
  readonly side: Side;
  readonly concern?: string | undefined;
  readonly tag?: Tag | undefined;
  readonly caseId?: string | undefined;
  /** Fixtures that the target holds; without it those that its side is taken to hold. */
  readonly fixtures?: readonly string[] | undefined;
  /** True adds the probes that are made from the contracts. */
  readonly hasProbes: boolean;
  readonly tokenSecret: string;
  readonly patience: Patience;
  readonly concurrency: number;
  /** Another live target, whose answers are expected instead of the recorded ones. */
  readonly against?: { readonly target: URL; readonly socketTarget: URL } | undefined;
  /** How often everything is run; what then differs from run to run is proposed as volatile. */
  readonly repeat: number;
}

/** What a run is made from. */
export interface VerifyDependencies {
  /** The folder of the package. */
  readonly root: string;
  readonly routes: readonly SuiteRoute[];
  readonly matchRoute: (method: string, target: string) => string | undefined;
  /** Ids of the routes that have a native side. */
  readonly nativeRoutes: ReadonlySet<string>;
  readonly clock: Clock;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
}

export interface Progress {
  /** Called once with the number of results to come. */
  readonly start: (total: number) => void;
  readonly result: (result: CaseResult) => void;
}

/** Every id or name that is a little like the one that was asked for. */
const nearTo = (asked: string, names: Iterable<string>): string => {
  const near = [...new Set(names)].filter((name) => name.includes(asked)).slice(0, 5);
  return near.length === 0 ? "" : `: there is ${near.join(", ")}`;
};

function refuse(problem: string): never {
  throw new AppError("NOT_FOUND", `Cannot verify: ${problem}`);
}

function checkNames({ cases, fixtures }: Suite, options: VerifyOptions): void {
  const { caseId, concern, fixtures: held = [] } = options;
  if (caseId !== undefined && !cases.some(({ id }) => id === caseId)) {
    refuse(
      `no case "${caseId}"${nearTo(
        caseId,
        cases.map(({ id }) => id),
      )}`,
    );
  }
  const concerns = new Set(cases.map((given) => given.concern));
  if (concern !== undefined && !concerns.has(concern)) {
    refuse(`no concern "${concern}": there are ${[...concerns].toSorted().join(", ")}`);
  }
  const unknown = held.find((name) => !fixtures.has(name));
  if (unknown !== undefined) {
    refuse(`no fixture "${unknown}": there are ${[...fixtures.keys()].join(", ")}`);
  }
}

/** Selects what is asked for. Throws `NOT_FOUND` where a name is unknown or nothing is left to run. */
function select(
  suite: Suite,
  options: VerifyOptions,
  nativeRoutes: ReadonlySet<string>,
): SelectedCases {
  checkNames(suite, options);
  const { side, concern, tag, caseId, fixtures } = options;
  const held = new Set(fixtures ?? assumedFixtures(suite.fixtures, side));
  const selection = { side, concern, tag, id: caseId, held, nativeRoutes };
  const selected = selectCases(suite.cases, selection, suite.fixtures);
  if (selected.run.length > 0) return selected;
  const reason = selected.skipped[0]?.reason ?? "no case has all that was asked for";
  return refuse(`no case can run: ${reason}`);
}

/** Of each case the run in which it failed, else the first. */
function toJudged(runs: readonly (readonly CaseResult[])[]): readonly CaseResult[] {
  const [first = [], ...more] = runs;
  return first.map((result, at) => {
    if (isFailed(result)) return result;
    return more.flatMap((run) => run[at] ?? []).find(isFailed) ?? result;
  });
}

/** True where a deviation could have been shown: its routes are native, and its cases ran. */
const couldShow = (
  { routes, shows }: Suite["deviations"][number],
  nativeRoutes: ReadonlySet<string>,
): boolean =>
  shows.length > 0 && (routes === "*" || routes.some((route) => nativeRoutes.has(route)));

export interface PreparedRun {
  readonly suite: Suite;
  readonly selected: SelectedCases;
}

export function prepareRun(options: VerifyOptions, dependencies: VerifyDependencies): PreparedRun {
  const { root, routes, matchRoute, nativeRoutes } = dependencies;
  const loaded = loadSuite({ folder: join(root, "contracts"), routes, matchRoute });
  const probes = options.hasProbes ? [...makeProbes(ROUTE_CONTRACTS), ...makeSocketProbes()] : [];
  const suite = { ...loaded, cases: [...loaded.cases, ...probes] };
  return { suite, selected: select(suite, options, nativeRoutes) };
}

/** Runs prepared cases against one base URL. Never rejects for what a target does. */
export async function runPrepared(
  { suite }: PreparedRun,
  cases: readonly Case[],
  {
    options,
    dependencies: { clock, random },
    onResult,
  }: {
    readonly options: VerifyOptions;
    readonly dependencies: VerifyDependencies;
    readonly onResult?: (result: CaseResult) => void;
  },
): Promise<readonly CaseResult[]> {
  const { target, socketTarget, side, patience, tokenSecret, concurrency } = options;
  const http = createHttpClient(target, concurrency);
  try {
    return await runCases(cases, {
      target: { http, socketBase: socketTarget, side, isExact: side === "legacy", patience },
      tokens: suite.recordings.tokens,
      tokenSecret,
      deviations: suite.deviations,
      contracts: toContracts(ROUTE_CONTRACTS, SOCKET_CONTRACTS),
      takeAddress: createAddresses(Math.floor(random() * 2 ** 24)),
      clock,
      concurrency,
      ...(onResult && { onResult }),
    });
  } finally {
    await http.close();
  }
}

/**
 * Runs the suite against any base URL and says what was found. Throws `NOT_FOUND` for names that nothing has
 * and `CONTRACT_INVALID` for contract files that cannot be used.
 */
export async function verify(
  options: VerifyOptions,
  dependencies: VerifyDependencies,
  progress: Progress,
): Promise<Verdict> {
  const { clock, root, nativeRoutes } = dependencies;
  const prepared = prepareRun(options, dependencies);
  const { suite, selected } = prepared;
  const rounds = options.repeat + (options.against === undefined ? 0 : 1);
  progress.start(selected.run.length * rounds);
  const startedAt = new Date(clock.now()).toISOString();
  const startedAtMs = clock.monotonicMs();
  const runOnce = async (where: VerifyOptions): Promise<readonly CaseResult[]> =>
    runPrepared(prepared, selected.run, {
      options: where,
      dependencies,
      onResult: progress.result,
    });
  const runs: (readonly CaseResult[])[] = [];
  // oxlint-disable-next-line no-await-in-loop -- runs at the same time would meet each other
  while (runs.length < options.repeat) runs.push(await runOnce(options));
  const { against } = options;
  const judged = toJudged(runs);
  const results =
    against === undefined ? judged : compareRuns(await runOnce({ ...options, ...against }), judged);
  const isWhole =
    (options.concern ?? options.tag ?? options.caseId ?? options.against) === undefined;
  const shown = new Set(results.flatMap(({ deviations }) => deviations));
  const unexercised =
    isWhole && options.side === "native"
      ? suite.deviations.filter((entry) => !shown.has(entry.id) && couldShow(entry, nativeRoutes))
      : [];
  return {
    target: options.target.href,
    against: against?.target.href,
    side: options.side,
    build: readBuild(root),
    contractDigest: contractDigest(join(root, "contracts")),
    startedAt,
    durationMs: clock.monotonicMs() - startedAtMs,
    results,
    proposals: runs.length > 1 ? findVolatile(runs) : [],
    skipped: selected.skipped,
    unexercised: unexercised.map(({ id }) => id),
    coverage: isWhole
      ? measureCoverage({
          routes: ROUTE_CONTRACTS,
          sockets: SOCKET_CONTRACTS,
          cases: suite.cases,
          reasons: suite.reasons,
        })
      : undefined,
  };
}
