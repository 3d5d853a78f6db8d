import { createAdminClient, toAdminUrl } from "#cli/admin-client.ts";
import { type CensusAnswer, censusSchema, isDeserted, withQuietDays } from "#cli/census-answer.ts";
import { toCensusText } from "#cli/census-text.ts";
import type { CommandContext, CommandDefinition } from "#cli/command.ts";
import { parseAdminUrl } from "#cli/parse-url.ts";
import { parseWholeNumber } from "#cli/verify-options.ts";
import { systemClock } from "#platform/clock.ts";
import { loadConfig } from "#platform/config/load-config.ts";

interface CensusArguments {
  readonly admin?: URL;
  readonly days: number;
  readonly json?: true;
}

const STATUS_NOTE = `
Exit status: 0 nobody has used legacy for that long, 1 somebody has, or calls what no route names, 2 it could not run.`;

async function run(given: CensusArguments, context: CommandContext): Promise<void> {
  const url = given.admin ?? toAdminUrl(loadConfig(context.environment));
  const admin = createAdminClient({ url, token: undefined, fetch });
  const asked: CensusAnswer = await admin.get("/api/census", censusSchema);
  const asOf = { nowMs: systemClock.now(), quietDays: given.days };
  const census = withQuietDays(asked, asOf);
  context.print(
    given.json ? `${JSON.stringify(census, null, 2)}\n` : toCensusText(census, given.days),
  );
  context.end(isDeserted(census, asOf) ? 0 : 1);
}

export const censusCommand: CommandDefinition = (program, context) => {
  program
    .command("census")
    .description("say who still uses legacy, and which routes nobody needs it for any more")
    .option(
      "--admin <url>",
      "admin listener of a running Banyan; default: ADMIN_HOST and ADMIN_PORT",
      parseAdminUrl,
    )
    .option("--days <n>", "how long nobody must have used legacy", parseWholeNumber, 30)
    .option("--json", "as JSON")
    .addHelpText("after", STATUS_NOTE)
    .action(async (given: CensusArguments) => run(given, context));
};
