#!/usr/bin/env node
import { runCli } from "#cli/run-cli.ts";

const status = await runCli(process.argv.slice(2), {
  environment: process.env,
  print: (text) => process.stdout.write(text),
  say: (text) => process.stderr.write(text),
  isInteractive: process.stderr.isTTY && process.env["CI"] === undefined,
  onSignal(listener) {
    process.on("SIGTERM", listener);
    process.on("SIGINT", listener);
  },
  exit: (code) => process.exit(code),
});

// A library's last retry must not hold the process, but what stands in the pipes must get out first.
process.stdout.write("", () => process.stderr.write("", () => process.exit(status)));
