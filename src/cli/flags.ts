import { InvalidArgumentError } from "commander";

import type { CommandContext, CommandDefinition } from "#cli/command.ts";
import { KNOWN_FLAGS } from "#cli/known-flags.ts";
import { flagsPath, loadFlags } from "#cli/load-flags.ts";
import { toTextTable } from "#cli/text-table.ts";
import { loadConfig } from "#platform/config/load-config.ts";
import { toNodeCode } from "#platform/errors.ts";
import {
  EMPTY_DOCUMENT,
  type FlagsDocument,
  type FlagSetting,
  readFlagsFile,
  setFlag,
  writeFlagsFile,
} from "#platform/flags/index.ts";
import { silentLogger } from "#platform/logger.ts";

const SERVER_DEADLINE_MS = 5_000;

function parseSetting(text: string): FlagSetting {
  if (text === "on" || text === "off") return text;
  const percent = /^(\d{1,3})%?$/u.exec(text)?.[1];
  if (percent === undefined || Number(percent) > 100) {
    throw new InvalidArgumentError("Expected on, off, or a share such as 30%.");
  }
  return Number(percent);
}

/** A file that does not exist yet is one without flags. */
async function readOrBegin(path: string): Promise<FlagsDocument> {
  try {
    return await readFlagsFile(path);
  } catch (error) {
    if (toNodeCode(error) === "ENOENT") return EMPTY_DOCUMENT;
    throw error;
  }
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
    const table =
      rows.length === 0
        ? "No flag exists: everything goes to legacy."
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
    .action(async ({ json }: { json?: true }) => list(context, json === true));
  command
    .command("set")
    .description("set a flag in the flags file; a running Banyan sees it within a second")
    .argument("<flag>", "such as pam.chat, pam.chat.health or pam.legacy-only")
    .argument("<value>", "on, off, or a share of the cohorts such as 30%", parseSetting)
    .option("--file <path>", "another file than FLAGS_FILE")
    .action(async (name: string, value: FlagSetting, { file }: { file?: string }) => {
      const config = loadConfig(environment);
      const path = file ?? flagsPath(config);
      if (config.UNLEASH_URL !== undefined) {
        say("UNLEASH_URL is set: the file counts only until the server has answered.\n");
      }
      if (!KNOWN_FLAGS.has(name)) say(`Banyan asks for no flag ${name}: is it spelt right?\n`);
      await writeFlagsFile(path, setFlag(await readOrBegin(path), name, value));
      print(`${name} is ${typeof value === "number" ? `on for ${value} %` : value} in ${path}\n`);
    });
};
