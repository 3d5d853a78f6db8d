import { Command, CommanderError } from "commander";

import { benchCommand } from "#cli/bench.ts";
import { censusCommand } from "#cli/census.ts";
import type { CommandDefinition } from "#cli/command.ts";
import { driftCommand } from "#cli/drift.ts";
import { explainCommand } from "#cli/explain.ts";
import { flagsCommand } from "#cli/flags.ts";
import { readVersion } from "#cli/read-version.ts";
import { recordCommand } from "#cli/record.ts";
import { routesCommand } from "#cli/routes.ts";
import { serveCommand } from "#cli/serve/index.ts";
import { settingsHelp } from "#cli/settings-help.ts";
import { standInCommand } from "#cli/stand-in.ts";
import type { ExitStatus, Terminal } from "#cli/terminal.ts";
import { verifyCommand } from "#cli/verify.ts";
import { AppError, toMessage } from "#platform/errors.ts";

/** Every command, one line each, in the order of the help text. */
const COMMANDS: readonly CommandDefinition[] = [
  serveCommand,
  standInCommand,
  routesCommand,
  explainCommand,
  flagsCommand,
  verifyCommand,
  recordCommand,
  driftCommand,
  censusCommand,
  benchCommand,
];

/**
 * Runs one command line, without the program's own name, and gives its exit status: 0 fine, 1 something
 * was found, 2 it could not run. Without a command it serves.
 */
export async function runCli(
  argumentsGiven: readonly string[],
  terminal: Terminal,
): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const program = new Command("banyan")
    .description("A strangler-fig compatibility proxy in front of the PAM backend")
    .version(readVersion())
    .addHelpText("after", () => `\n${settingsHelp()}`)
    .configureOutput({ writeOut: terminal.print, writeErr: terminal.say })
    .showHelpAfterError("(--help shows what is possible)")
    .exitOverride();
  for (const define of COMMANDS) {
    define(program, {
      ...terminal,
      end(given) {
        status = given;
      },
    });
  }
  try {
    await program.parseAsync(argumentsGiven.length === 0 ? ["serve"] : [...argumentsGiven], {
      from: "user",
    });
    return status;
  } catch (error) {
    // Commander has said what is wrong; its status is 0 where help or the version was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const isDefect = !(error instanceof AppError) && error instanceof Error;
    terminal.say(`banyan: ${isDefect ? (error.stack ?? error.message) : toMessage(error)}\n`);
    return 2;
  }
}
