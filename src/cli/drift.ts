import { Option } from "commander";

import type { CommandContext, CommandDefinition } from "#cli/command.ts";
import { type LiveDriftArguments, runLiveDrift } from "#cli/drift-live.ts";
import { parseAdminUrl } from "#cli/parse-url.ts";
import {
  addSelectionOptions,
  addTargetOptions,
  type VerifyArguments,
} from "#cli/verify-options.ts";
import { createProgress } from "#cli/verify-progress.ts";
import { suiteDependencies, toVerifyOptions } from "#cli/verify.ts";
import { toChanges, toDriftText } from "#contract-suite/drift/drift-report.ts";
import { verify } from "#contract-suite/verify.ts";
import { checkReachable } from "#contract-suite/wire/check-reachable.ts";
import { AppError } from "#platform/errors.ts";

interface RecordedDriftArguments extends VerifyArguments {
  readonly recordings?: string;
  readonly json?: true;
}

type DriftArguments = Partial<LiveDriftArguments> &
  Omit<RecordedDriftArguments, "target"> &
  Partial<Pick<RecordedDriftArguments, "target">>;

async function compareWithRecordings(
  given: RecordedDriftArguments,
  context: CommandContext,
): Promise<void> {
  await checkReachable(given.target);
  if (given.ws !== undefined) await checkReachable(given.ws);
  const options = {
    ...toVerifyOptions(given, context.environment),
    recordings: given.recordings,
  };
  const { results } = await verify(options, suiteDependencies(), createProgress(context));
  const changes = toChanges(results);
  context.print(
    given.json
      ? `${JSON.stringify({ target: given.target.href, compared: results.length, changes }, null, 2)}\n`
      : toDriftText(changes, results.length),
  );
  context.end(changes.length === 0 ? 0 : 1);
}

async function run(given: DriftArguments, context: CommandContext): Promise<void> {
  const { live, target } = given;
  if (live === undefined && (given.accept ?? given.as) !== undefined)
    throw new AppError("REQUEST_INVALID", "--accept and --as go with --live");
  if (live !== undefined) await runLiveDrift({ ...given, live }, context);
  else if (target !== undefined) await compareWithRecordings({ ...given, target }, context);
  else
    throw new AppError("REQUEST_INVALID", "Say what is compared: --target <url> or --live <url>");
}

/** What says how recordings are compared, and says nothing of what shadowing found. */
const OF_RECORDINGS = [
  "target",
  "ws",
  "side",
  "recordings",
  "concern",
  "tag",
  "case",
  "probes",
  "fixtures",
] as const;

export const driftCommand: CommandDefinition = (program, context) => {
  const command = program
    .command("drift")
    .description(
      "compare a live backend with its recordings, or native with legacy as shadowing does",
    )
    .option("--recordings <folder>", "what banyan record wrote; default: the project's own")
    .option("--json", "as JSON")
    .addOption(
      new Option(
        "--live <url>",
        "what shadowing found, from the admin listener of a running Banyan",
      )
        .argParser(parseAdminUrl)
        .conflicts([...OF_RECORDINGS]),
    )
    .option("--accept <example>", "make a decision of an example of --live, in this checkout")
    .addOption(new Option("--as <decision>", "what is made of it").choices(["case", "deviation"]))
    .addHelpText(
      "after",
      "\nExit status: 0 nothing differs, 1 something does, 2 it could not run.",
    );
  addTargetOptions(command, false);
  addSelectionOptions(command);
  command.action(async (given: DriftArguments) => run(given, context));
};
