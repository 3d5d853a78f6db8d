import { type Command, InvalidArgumentError, Option } from "commander";

import { parseAdminUrl, parseBaseUrl, parseSocketBaseUrl } from "#cli/parse-url.ts";
import type { Side, Tag } from "#contract-suite/cases/case.ts";

export type Reporter = "pretty" | "json" | "junit";

/** What `banyan verify` was asked, as commander gives it. */
export interface VerifyArguments {
  readonly target: URL;
  readonly ws?: URL;
  readonly side: Side;
  readonly concern?: string;
  readonly tag?: Tag;
  readonly case?: string;
  readonly probes?: true;
  readonly fixtures?: readonly string[];
  readonly against?: URL;
  readonly repeat?: number;
  readonly tokenSecret?: string;
  readonly timeout: number;
  readonly quiet: number;
  readonly concurrency: number;
  readonly reporter: Reporter;
  readonly out?: string;
  readonly evidence?: string;
  readonly report?: URL;
  readonly build?: string;
}

export function parseWholeNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/u.test(text))
    throw new InvalidArgumentError("Expected a whole number above 0.");
  return Number(text);
}

const parseNames = (text: string): readonly string[] =>
  text === "none" ? [] : text.split(",").map((name) => name.trim());

/** The same server, spoken to as a WebSocket. */
export function toSocketUrl(url: URL): URL {
  const socketUrl = new URL(url);
  socketUrl.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return socketUrl;
}

/** Options that say what is judged, and how patiently. A target is mandatory, unless something can stand in its place. */
export function addTargetOptions(command: Command, isMandatory = true): void {
  command
    .addOption(
      new Option("--target <url>", "base URL of what is judged")
        .argParser(parseBaseUrl)
        .makeOptionMandatory(isMandatory),
    )
    .option("--ws <url>", "base URL of its WebSockets, if another", parseSocketBaseUrl)
    .addOption(
      new Option("--side <side>", "as what it is judged")
        .choices(["legacy", "native"])
        .default("legacy"),
    )
    .option("--token-secret <secret>", "what tokens are signed with (SUPABASE_JWT_SECRET)")
    .option("--timeout <ms>", "how long an answer may take", parseWholeNumber, 15_000)
    .option("--quiet <ms>", "how long silence is listened to", parseWholeNumber, 250)
    .option("--concurrency <n>", "cases at the same time", parseWholeNumber, 8);
}

/** Options that choose among the cases. */
export function addSelectionOptions(command: Command): void {
  command
    .option("--concern <name>", "only cases of this concern")
    .addOption(
      new Option("--tag <tag>", "only cases with this tag").choices(["smoke", "full", "probe"]),
    )
    .option("--case <id>", "only this case")
    .option("--probes", "also requests made from the contracts that try their limits")
    .option(
      "--fixtures <names>",
      "names of contracts/cases/fixtures.json that the target holds, comma-separated, or none",
      parseNames,
    );
}

/** Options that say what is expected beside what was recorded. */
export function addComparisonOptions(command: Command): void {
  command
    .option("--against <url>", "expect what this live target answers", parseBaseUrl)
    .option("--repeat <n>", "run n times and propose what varies as volatile", parseWholeNumber, 1);
}

/** Options that say what becomes of the result. */
export function addReportOptions(command: Command): void {
  command
    .addOption(
      new Option("--reporter <form>", "form of the report")
        .choices(["pretty", "json", "junit"])
        .default("pretty"),
    )
    .option("--out <file>", "where JUnit or the evidence goes, by the form of the report")
    .option("--evidence <file>", "where the evidence goes in any case")
    .option(
      "--report <url>",
      "admin listener that keeps the result as evidence; wants ADMIN_TOKEN",
      parseAdminUrl,
    )
    .option("--build <id>", "what was judged; default: the build that the listener runs");
}
