import { Command, CommanderError } from "commander";

import type { CommandDefinition } from "#cli/command.ts";
import { readVersion } from "#cli/read-version.ts";
import { settingsHelp } from "#cli/settings-help.ts";
import type { ExitStatus, Terminal } from "#cli/terminal.ts";
import { AppError, toMessage } from "#platform/errors.ts";

/**
 * Every command, one line each, in the order of the help text. What one of them needs is loaded only for it: the whole
 * service takes a second that a flip of a flag has no use for.
 */
const COMMANDS = new Map<string, () => Promise<CommandDefinition>>([
  ["serve", async () => (await import("#cli/serve/index.ts")).serveCommand],
  ["stand-in", async () => (await import("#cli/stand-in.ts")).standInCommand],
  ["routes", async () => (await import("#cli/routes.ts")).routesCommand],
  ["explain", async () => (await import("#cli/explain.ts")).explainCommand],
  ["flags", async () => (await import("#cli/flags.ts")).flagsCommand],
  ["verify", async () => (await import("#cli/verify.ts")).verifyCommand],
  ["record", async () => (await import("#cli/record.ts")).recordCommand],
  ["drift", async () => (await import("#cli/drift.ts")).driftCommand],
  ["census", async () => (await import("#cli/census.ts")).censusCommand],
  ["bench", async () => (await import("#cli/bench.ts")).benchCommand],
]);

/** The one that is asked for; all of them where none is, since the help text tells of all. */
async function loadCommands(name: string): Promise<readonly CommandDefinition[]> {
  const load = COMMANDS.get(name);
  return Promise.all(
    load === undefined ? [...COMMANDS.values()].map(async (each) => each()) : [load()],
  );
}

/**
 * Runs one command line, without the program's own name, and gives its exit status: 0 fine, 1 something
 * was found, 2 it could not run. Without a command it serves.
 */
export async function runCli(
  argumentsGiven: readonly string[],
  terminal: Terminal,
): Promise<ExitStatus> {
  const words = argumentsGiven.length === 0 ? ["serve"] : argumentsGiven;
  let status: ExitStatus = 0;
  const program = new Command("banyan")
    .description("A strangler-fig compatibility proxy in front of the PAM backend")
    .version(readVersion())
    .addHelpText("after", () => `\n${settingsHelp()}`)
    .configureOutput({ writeOut: terminal.print, writeErr: terminal.say })
    .showHelpAfterError("(--help shows what is possible)")
    .exitOverride();
  for (const define of await loadCommands(words[0] ?? "")) {
    define(program, {
      ...terminal,
      end(given) {
        status = given;
      },
    });
  }
  try {
    await program.parseAsync([...words], { from: "user" });
    return status;
  } catch (error) {
    // Commander has said what is wrong; its status is 0 where help or the version was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const isDefect = !(error instanceof AppError) && error instanceof Error;
    terminal.say(`banyan: ${isDefect ? (error.stack ?? error.message) : toMessage(error)}\n`);
    return 2;
  }
}
