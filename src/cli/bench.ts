import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { CommandContext, CommandDefinition } from "#cli/command.ts";
import { AppError } from "#platform/errors.ts";
import { packageRoot } from "#platform/package-root.ts";

/** What is measured stands beside the tests, with the other proxies that it is measured beside. */
const BENCH = "test/bench/proxy/run.ts";

async function run(given: readonly string[], context: CommandContext): Promise<void> {
  const root = packageRoot();
  if (!existsSync(join(root, BENCH))) {
    throw new AppError(
      "CONFIGURATION_INVALID",
      "Cannot measure: the bench and the proxies it compares with come with a checkout of the project, not with the package",
    );
  }
  const bench = spawn(process.execPath, [BENCH, ...given], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  context.onSignal(() => bench.kill());
  bench.stdout.on("data", (chunk: Buffer) => context.print(chunk.toString()));
  bench.stderr.on("data", (chunk: Buffer) => context.say(chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    bench.once("close", resolve);
    bench.once("error", reject);
  });
  if (status !== 0) context.end(status === 1 && given.includes("--check") ? 1 : 2);
}

export const benchCommand: CommandDefinition = (program, context) => {
  program
    .command("bench")
    .description("measure Banyan beside other proxies; wants a checkout")
    .argument("[options...]", "of the bench: --quick, --check, --json <path>, --only <names...>")
    .allowUnknownOption()
    .addHelpText(
      "after",
      "\nExit status: 0 measured, 1 a bar is missed (with --check), 2 it could not run.",
    )
    .action(async (given: readonly string[]) => run(given, context));
};
