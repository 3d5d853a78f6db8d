#!/usr/bin/env node
import { toNodeCode } from "#platform/errors.ts";

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`banyan: Needs Node 24 or newer; this is ${process.version}\n`);
  process.exit(2);
}
// An older Node could not read what follows.
const { runCli } = await import("#cli/run-cli.ts");

/** Why the first write to fail did; what is written after it fails for that alone. */
let outputError: Error | undefined;

/** Whoever reads may leave, as `head` does. */
const isOutputLost = (): boolean =>
  outputError !== undefined && toNodeCode(outputError) !== "EPIPE";

function noteOutput(error?: Error | null): void {
  if (error === undefined || error === null || outputError !== undefined) return;
  outputError = error;
  if (isOutputLost()) process.stderr.write(`banyan: Cannot write the output: ${error.message}\n`);
}
// Each write tells of its failure; where nothing can be said, that cannot be said either.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

const status = await runCli(process.argv.slice(2), {
  environment: process.env,
  print: (text) => process.stdout.write(text, noteOutput),
  say: (text) => process.stderr.write(text),
  isInteractive: process.stderr.isTTY && process.env["CI"] === undefined,
  onSignal(listener) {
    process.on("SIGTERM", listener);
    process.on("SIGINT", listener);
  },
  exit: (code) => process.exit(code),
});

// A library's last retry must not hold the process, but what stands in the pipes must get out first.
process.stdout.write("", () =>
  process.stderr.write("", () => process.exit(isOutputLost() ? 2 : status)),
);
