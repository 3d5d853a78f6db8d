import { stdout } from "node:process";

import { claudeFormat } from "#pam/tools/formats/claude.ts";
import { chooseTools } from "#pam/tools/prefilter/choose-tools.ts";
import { getMinimalCoreTools, getToolSchemas } from "#pam/tools/registry.ts";
import type { ToolSchema } from "#pam/tools/tool.ts";

import { PREFILTER_VECTORS } from "../../../unit/pam/tools/legacy/load-legacy.ts";

/*
 * What the prefilter saves on every message, and what choosing costs. Run it with `node test/bench/pam/tools/prefilter.ts`.
 * Tokens are characters by four, as the legacy's own figures were measured.
 */
const CHARACTERS_A_TOKEN = 4;
const ROUNDS = 2_000;

const tokensOf = (tools: readonly ToolSchema[]): number =>
  Math.round(JSON.stringify(tools.map(claudeFormat.toTool)).length / CHARACTERS_A_TOKEN);

const chosen = PREFILTER_VECTORS.map(({ message, context }) =>
  chooseTools(message, { page: context?.page }),
);
const all = tokensOf(getToolSchemas());
const mean = chosen.reduce((sum, tools) => sum + tokensOf(tools), 0) / chosen.length;

const startMs = performance.now();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const { message } of PREFILTER_VECTORS) chooseTools(message);
}
const microseconds = ((performance.now() - startMs) * 1_000) / (ROUNDS * PREFILTER_VECTORS.length);

const figures = {
  messages: chosen.length,
  tokens_of_all_tools: all,
  tokens_of_the_minimal_set: tokensOf(getMinimalCoreTools()),
  mean_tokens_chosen: Math.round(mean),
  mean_tools_chosen: chosen.reduce((sum, tools) => sum + tools.length, 0) / chosen.length,
  saved_percent: Math.round((1 - mean / all) * 1_000) / 10,
  microseconds_a_choice: Math.round(microseconds * 10) / 10,
};
stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
