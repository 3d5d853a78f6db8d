#!/usr/bin/env node
import { runCli } from "#cli/run-cli.ts";

const status = await runCli(process.argv.slice(2), {
  environment: process.env,
  print: (text) => process.stdout.write(text),
  say: (text) => process.stderr.write(text),
  onSignal(listener) {
    process.on("SIGTERM", listener);
    process.on("SIGINT", listener);
  },
  exit: (code) => process.exit(code),
});
// Not `process.exit`: what is still in the pipe of standard output would be lost.
process.exitCode = status;
