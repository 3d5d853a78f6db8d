import { InvalidArgumentError } from "commander";

import type { CommandDefinition } from "#cli/command.ts";
import { openStandIn } from "#cli/open-stand-in.ts";
import { createLogger } from "#platform/logger.ts";

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/u.test(text) || port > 65_535) {
    throw new InvalidArgumentError("Expected a port from 0 to 65535.");
  }
  return port;
}

export const standInCommand: CommandDefinition = (program, { print, onSignal }) => {
  program
    .command("stand-in")
    .description("answer as the legacy did when it was recorded, until a signal ends it")
    .option("--port <port>", "0 takes a free one", parsePort, 8000)
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .action(async ({ host, port }: { host: string; port: number }) => {
      const standIn = await openStandIn(
        { host, port, portFrom: "--port" },
        createLogger({ level: "warn" }),
      );
      print(`The stand-in listens on ${standIn.url.origin}\n`);
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      onSignal(() => end());
      await ended;
      await standIn.close();
    });
};
