import type { CommandContext, CommandDefinition } from "#cli/command.ts";
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

interface DriftArguments extends VerifyArguments {
  readonly recordings?: string;
  readonly json?: true;
}

async function run(given: DriftArguments, context: CommandContext): Promise<void> {
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

export const driftCommand: CommandDefinition = (program, context) => {
  const command = program
    .command("drift")
    .description(
      "compare a live backend with its recordings: what changed, and does it break clients",
    )
    .option("--recordings <folder>", "what banyan record wrote; default: the project's own")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExit status: 0 nothing changed, 1 something did, 2 it could not run.");
  addTargetOptions(command);
  addSelectionOptions(command);
  command.action(async (given: DriftArguments) => run(given, context));
};
