import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import type { CommandContext, CommandDefinition } from "#cli/command.ts";
import { checkReportable, reportSuite } from "#cli/report-suite.ts";
import {
  addComparisonOptions,
  addReportOptions,
  addSelectionOptions,
  addTargetOptions,
  toSocketUrl,
  type VerifyArguments,
} from "#cli/verify-options.ts";
import { createProgress } from "#cli/verify-progress.ts";
import { NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import type { VerifyDependencies, VerifyOptions } from "#contract-suite/prepare-run.ts";
import { toEvidence } from "#contract-suite/report/evidence.ts";
import { toJunitReport } from "#contract-suite/report/junit.ts";
import { toPrettyReport } from "#contract-suite/report/pretty.ts";
import { isGreen, toSummary, type Verdict } from "#contract-suite/report/verdict.ts";
import { verify } from "#contract-suite/verify.ts";
import { checkReachable } from "#contract-suite/wire/check-reachable.ts";
import { systemClock } from "#platform/clock.ts";
import { packageRoot } from "#platform/package-root.ts";
import { toWriteError } from "#platform/write-error.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { DEFAULT_TOKEN_SECRET } from "#stand-in/index.ts";

/** Builds what the suite needs of the rooms above it. */
export function suiteDependencies(): VerifyDependencies {
  const matchRoute = createRouteMatcher(ROUTE_TABLE);
  return {
    root: packageRoot(),
    routes: ROUTE_TABLE,
    matchRoute: (method, target) => matchRoute(method, target)?.route.id,
    nativeRoutes: NATIVE_ROUTE_IDS,
    clock: systemClock,
    random: Math.random,
  };
}

/** What the arguments and the environment say, with every default in place. */
export function toVerifyOptions(
  given: VerifyArguments,
  environment: CommandContext["environment"],
): VerifyOptions {
  return {
    target: given.target,
    socketTarget: given.ws ?? toSocketUrl(given.target),
    side: given.side,
    concern: given.concern,
    tag: given.tag,
    caseId: given.case,
    fixtures: given.fixtures,
    hasProbes: given.probes === true || given.tag === "probe",
    tokenSecret: given.tokenSecret ?? environment["SUPABASE_JWT_SECRET"] ?? DEFAULT_TOKEN_SECRET,
    patience: { answerMs: given.timeout, quietMs: given.quiet },
    concurrency: given.concurrency,
    against: given.against && {
      target: given.against,
      socketTarget: toSocketUrl(given.against),
    },
    repeat: given.repeat ?? 1,
  };
}

/** Writes a file and the folders that lead to it. Throws an `AppError` that names the file. */
async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (cause) {
    throw toWriteError(path, cause);
  }
}

const toJson = (verdict: Verdict): string => `${JSON.stringify(toEvidence(verdict), null, 2)}\n`;

async function report(
  verdict: Verdict,
  { reporter, out, evidence }: VerifyArguments,
  { print }: CommandContext,
): Promise<void> {
  if (evidence !== undefined) await write(evidence, toJson(verdict));
  if (out !== undefined) {
    await write(out, reporter === "junit" ? toJunitReport(verdict) : toJson(verdict));
  }
  switch (reporter) {
    case "pretty":
      print(toPrettyReport(verdict));
      return;
    case "json":
      print(out === undefined ? toJson(verdict) : `${toSummary(verdict)}\n`);
      return;
    case "junit":
      print(out === undefined ? toJunitReport(verdict) : `${toSummary(verdict)}\n`);
  }
}

async function run(given: VerifyArguments, context: CommandContext): Promise<void> {
  checkReportable(given, context);
  await checkReachable(given.target);
  if (given.ws !== undefined) await checkReachable(given.ws);
  if (given.against !== undefined) await checkReachable(given.against);
  if (given.report !== undefined) await checkReachable(given.report);
  const options = toVerifyOptions(given, context.environment);
  const verdict = await verify(options, suiteDependencies(), createProgress(context));
  await report(verdict, given, context);
  await reportSuite(verdict, given, context);
  context.end(isGreen(verdict) ? 0 : 1);
}

export const verifyCommand: CommandDefinition = (program, context) => {
  const command = program
    .command("verify")
    .description("hold a base URL to the contracts: the legacy, a proxy or a native side alike")
    .addHelpText(
      "after",
      "\nExit status: 0 everything holds, 1 something differs, 2 it could not run.",
    );
  addTargetOptions(command);
  addSelectionOptions(command);
  addComparisonOptions(command);
  addReportOptions(command);
  command.action(async (given: VerifyArguments) => run(given, context));
};
