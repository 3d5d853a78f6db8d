import { join } from "node:path";

import type { Side, Tag } from "#contract-suite/cases/case.ts";
import { assumedFixtures } from "#contract-suite/cases/fixture.ts";
import {
  loadSuite,
  readRecordings,
  type Suite,
  type SuiteRoute,
  toRecordedCases,
} from "#contract-suite/cases/load-suite.ts";
import { makeProbes } from "#contract-suite/probes/make-probes.ts";
import { makeSocketProbes } from "#contract-suite/probes/socket-probes.ts";
import { selectCases, type SelectedCases } from "#contract-suite/run/select-cases.ts";
import type { Patience } from "#contract-suite/run/target.ts";
import { ROUTE_CONTRACTS } from "#contracts/index.ts";
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
  /** A folder of recordings to run in the place of the suite. */
  readonly recordings?: string | undefined;
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
    const ids = cases.map(({ id }) => id);
    refuse(`no case "${caseId}"${nearTo(caseId, ids)}`);
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

export interface PreparedRun {
  readonly suite: Suite;
  readonly selected: SelectedCases;
}

/** Cases of recordings that lie elsewhere have nothing beside them: no adaptations, no deviations. */
function load(
  { recordings: folder }: VerifyOptions,
  { root, routes, matchRoute }: VerifyDependencies,
): Suite {
  const loaded = loadSuite({ folder: join(root, "contracts"), routes, matchRoute });
  if (folder === undefined) return loaded;
  const recordings = readRecordings(folder);
  return { ...loaded, recordings, cases: toRecordedCases(recordings, { matchRoute }) };
}

/**
 * Loads the suite and selects of it what is asked for. Throws `NOT_FOUND` for names that nothing has, or where
 * nothing is left to run, and `CONTRACT_INVALID` for contract files that cannot be used.
 */
export function prepareRun(options: VerifyOptions, dependencies: VerifyDependencies): PreparedRun {
  const { nativeRoutes } = dependencies;
  const loaded = load(options, dependencies);
  const probes = options.hasProbes ? [...makeProbes(ROUTE_CONTRACTS), ...makeSocketProbes()] : [];
  const suite = { ...loaded, cases: [...loaded.cases, ...probes] };
  return { suite, selected: select(suite, options, nativeRoutes) };
}
