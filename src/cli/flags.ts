import { type Command, InvalidArgumentError } from "commander";

import type { CommandContext, CommandDefinition } from "#cli/command.ts";
import { KNOWN_FLAGS } from "#cli/known-flags.ts";
import { flagsPath, loadFlags } from "#cli/load-flags.ts";
import { toTextTable } from "#cli/text-table.ts";
import { type Config, loadConfig } from "#platform/config/load-config.ts";
import { AppError, toMessage, toNodeCode } from "#platform/errors.ts";
import {
  EMPTY_DOCUMENT,
  type FlagsDocument,
  type FlagSetting,
  readFlagsFile,
  setFlag,
  writeFlagsFile,
} from "#platform/flags/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { toWriteError } from "#platform/write-error.ts";

const SERVER_DEADLINE_MS = 5_000;

const LIST_NOTE = `
Exit status: 0 the flags are those of their source, 1 they are old or cannot be read, 2 it could not run.`;

function parsePath(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("Expected a file.");
}

function parseName(text: string): string {
  if (/^\w[\w.~-]*$/u.test(text)) return text;
  throw new InvalidArgumentError(
    "Expected a name of letters, digits, dots and dashes, such as pam.chat.",
  );
}

function parseSetting(text: string): FlagSetting {
  if (text === "on" || text === "off") return text;
  const percent = /^(\d{1,3})%?$/u.exec(text)?.[1];
  if (percent === undefined || Number(percent) > 100) {
    throw new InvalidArgumentError(
      "Expected on, off, or a share from 0% to 100% without decimals, such as 30%.",
    );
  }
  return Number(percent);
}

function toSettingText(setting: FlagSetting): string {
  if (typeof setting !== "number") return setting;
  return setting === 0 ? "on for nobody (0 %)" : `on for ${setting} %`;
}

/** A file that does not exist yet is one without flags. */
async function readOrBegin(path: string): Promise<FlagsDocument> {
  try {
    return await readFlagsFile(path);
  } catch (cause) {
    if (toNodeCode(cause) === "ENOENT") return EMPTY_DOCUMENT;
    const message = `Nothing was changed in ${path}: ${toMessage(cause)}`;
    throw new AppError("FLAGS_INVALID", message, { cause });
  }
}

async function write(path: string, document: FlagsDocument): Promise<void> {
  try {
    await writeFlagsFile(path, document);
  } catch (cause) {
    throw toWriteError(path, cause);
  }
}

/** What of a file is true where a server has the say. */
function toServerNote(path: string, { FLAGS_FILE }: Config): string {
  const counts =
    path === FLAGS_FILE ? "the file counts only until it has answered" : "the file is not read";
  return `UNLEASH_URL is set, so Banyan follows that server, and ${counts}: set the flag there, or on the dashboard.\n`;
}

async function list({ environment, print, end }: CommandContext, asJson: boolean): Promise<void> {
  const flags = loadFlags(loadConfig(environment), silentLogger);
  try {
    await flags.ready(SERVER_DEADLINE_MS);
    const freshness = flags.freshness();
    if (freshness.state === "stale" || freshness.state === "offline") end(1);
    if (freshness.problem !== undefined) end(1);
    if (asJson) {
      print(`${JSON.stringify({ freshness, flags: flags.list() }, null, 2)}\n`);
      return;
    }
    const rows = flags
      .list()
      .map(({ name, enabled, rule }) => [name, enabled ? "on" : "off", rule]);
    const none = freshness.state === "offline" ? "No flag can be read" : "No flag exists";
    const table =
      rows.length === 0
        ? `${none}: everything goes to legacy.`
        : toTextTable(["FLAG", "STATE", "RULE"], rows);
    const problem = freshness.problem === undefined ? "" : `: ${freshness.problem}`;
    print(`${table}\n\nSource: ${freshness.source}, ${freshness.state}${problem}\n`);
  } finally {
    await flags.close();
  }
}

export const flagsCommand: CommandDefinition = (program, context) => {
  const { environment, print, say } = context;
  const command = program
    .command("flags")
    .description("print every flag that is held, or set one in the flags file");
  command
    .command("list", { isDefault: true })
    .description("print every flag with its rule, and how far they can be believed")
    .option("--json", "as JSON")
    .addHelpText("after", LIST_NOTE)
    .allowExcessArguments()
    .action(async ({ json }: { json?: true }, { args: [word] }: Command) => {
      // It is the default, so a word that is no command of `flags` ends up here.
      if (word !== undefined) {
        throw new AppError("REQUEST_INVALID", `flags has no command ${word}: there are list, set`);
      }
      await list(context, json === true);
    });
  command
    .command("set")
    .description("set a flag in the flags file; a running Banyan sees it within a second")
    .argument("<flag>", "such as pam.chat, pam.chat.health or pam.legacy-only", parseName)
    .argument("<value>", "on, off, or a share of the cohorts such as 30%", parseSetting)
    .option("--file <path>", "another file than FLAGS_FILE", parsePath)
    // A share below 0 looks like an option, and is to be told what a share is.
    .allowUnknownOption()
    .action(async (name: string, value: FlagSetting, { file }: { file?: string }) => {
      const config = loadConfig(environment);
      const path = file ?? flagsPath(config);
      if (config.UNLEASH_URL !== undefined) {
        say(toServerNote(path, config));
      }
      if (!KNOWN_FLAGS.has(name)) say(`Banyan asks for no flag ${name}: is it spelt right?\n`);
      await write(path, setFlag(await readOrBegin(path), name, value));
      print(`${name} is ${toSettingText(value)} in ${path}\n`);
    });
};
