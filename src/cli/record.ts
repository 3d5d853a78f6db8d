import type { CommandDefinition } from "#cli/command.ts";
import { parseBaseUrl } from "#cli/parse-url.ts";
import { parsePort } from "#cli/stand-in.ts";
import { parseWholeNumber } from "#cli/verify-options.ts";
import { openRecorder } from "#contract-suite/record/recorder.ts";
import { systemClock } from "#platform/clock.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

interface RecordArguments {
  readonly upstream: URL;
  readonly out: string;
  readonly host: string;
  readonly port: number;
  readonly maxMegabytes: number;
  readonly maxOfAKind: number;
}

const NOTE = `
Tokens, cookies, secrets in queries, e-mail addresses, phone numbers and client addresses are replaced before
anything is written. What people say to the assistant is kept: treat the folder as you treat a log of it.
Stopped and started again on the same folder, it goes on where it was.`;

export const recordCommand: CommandDefinition = (program, { print, say, onSignal }) => {
  program
    .command("record")
    .description(
      "pass requests on to a live backend and write down what passes, until a signal ends it",
    )
    .requiredOption("--upstream <url>", "the backend", parseBaseUrl)
    .requiredOption("--out <folder>", "where the recordings go")
    .option("--port <port>", "0 takes a free one", parsePort, 8001)
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option("--max-megabytes <n>", "how much is written at most", parseWholeNumber, 100)
    .option("--max-of-a-kind <n>", "of one route and status, in one run", parseWholeNumber, 50)
    .addHelpText("after", NOTE)
    .action(async (given: RecordArguments) => {
      const matchRoute = createRouteMatcher(ROUTE_TABLE);
      const recorder = await openRecorder({
        upstream: given.upstream,
        folder: given.out,
        limits: { maxBytes: given.maxMegabytes * 1024 * 1024, maxOfAKind: given.maxOfAKind },
        matchRoute: (method, target) => matchRoute(method, target)?.route.id,
        clock: systemClock,
        say,
      });
      const url = await recorder.listen({
        host: given.host,
        port: given.port,
        portFrom: "--port",
      });
      print(`Recording ${given.upstream.href} into ${given.out}: send requests to ${url.origin}\n`);
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      onSignal(() => end());
      await ended;
      await recorder.close();
      const { written, dropped } = recorder.store;
      print(`${written} exchanges recorded, ${dropped} left out by the limits\n`);
    });
};
