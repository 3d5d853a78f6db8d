import type { Command } from "commander";

import type { ExitStatus, Terminal } from "#cli/terminal.ts";

/** What a command's action is given beside its own arguments. */
export interface CommandContext extends Terminal {
  /** Says how the command ended; without it the status is 0. */
  readonly end: (status: ExitStatus) => void;
}

/** Adds one command, with its options, help and action, to the program. */
export type CommandDefinition = (program: Command, context: CommandContext) => void;
