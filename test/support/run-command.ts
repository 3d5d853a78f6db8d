import { runCli } from "#cli/run-cli.ts";
import type { BanyanRun } from "#support/run-banyan.ts";

/** Runs one command of Banyan in this process, for those that end by themselves. */
export async function runCommand(
  argumentsGiven: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<BanyanRun> {
  let printed = "";
  let said = "";
  const status = await runCli(argumentsGiven, {
    environment,
    print: (text) => (printed += text),
    say: (text) => (said += text),
    onSignal: () => {},
    exit(code) {
      throw new Error(`The command ended the process with ${code}`);
    },
  });
  return { status, printed, said };
}
