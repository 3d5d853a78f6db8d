import { InvalidArgumentError } from "commander";

import type { CommandDefinition } from "#cli/command.ts";
import { createDecision } from "#cli/decision.ts";
import { loadFlags } from "#cli/load-flags.ts";
import { loadConfig } from "#platform/config/load-config.ts";
import { AppError } from "#platform/errors.ts";
import { silentLogger } from "#platform/logger.ts";
import { type Explanation, explainRequestSchema } from "#routing/explain.ts";

const FLAGS_DEADLINE_MS = 5_000;

type Headers = Readonly<Record<string, string>>;

interface ExplainOptions {
  readonly token?: string;
  readonly header?: Headers;
  readonly json?: true;
}

function collectHeader(text: string, collected: Headers = {}): Headers {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/u.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('Expected "Name: value".');
  }
  return { ...collected, [name]: value };
}

/** A socket carries its token in the query, everything else in a header. */
function withToken(method: string, path: string, token: string | undefined) {
  if (token === undefined) return { path, headers: {} };
  if (method.toUpperCase() !== "WS") return { path, headers: { Authorization: `Bearer ${token}` } };
  const separator = path.includes("?") ? "&" : "?";
  return { path: `${path}${separator}token=${encodeURIComponent(token)}`, headers: {} };
}

function toText({ route, concern, cohort, flags, decision, freshness }: Explanation): string {
  const age =
    freshness.ageMs === undefined ? "" : `, confirmed ${Math.round(freshness.ageMs)} ms ago`;
  const lines = [
    ["route", route === null ? "none" : `${route.id} (${route.method} ${route.path})`],
    ["concern", concern ?? "none"],
    ["cohort", `${cohort.kind} ${cohort.hash}, token ${cohort.token}`],
    ...flags.map(({ name, value }) => ["flag", `${name} = ${value}`]),
    ["decision", `${decision.side}, because of ${decision.reason}`],
    ["", decision.sentence],
    ["flags are", `${freshness.state}, from ${freshness.source}${age}`],
    ...(freshness.problem === undefined ? [] : [["problem", freshness.problem]]),
  ];
  return lines.map(([name = "", text = ""]) => `${name.padEnd(10)}${text}`).join("\n");
}

export const explainCommand: CommandDefinition = (program, { environment, print }) => {
  program
    .command("explain")
    .description("say which side would answer a request, and why; nothing is sent anywhere")
    .argument("<method>", "GET, POST, …, or WS for a WebSocket handshake")
    .argument("<path>", "as a client sends it, query included")
    .option("--token <jwt>", "the caller's token")
    .option<Headers>("--header <header>", '"Name: value", as often as needed', collectHeader)
    .option("--json", "as JSON, like POST /api/explain of the admin listener")
    .action(async (method: string, given: string, { token, header, json }: ExplainOptions) => {
      const { path, headers } = withToken(method, given, token);
      const parsed = explainRequestSchema.safeParse({
        method,
        path,
        headers: { ...headers, ...header },
      });
      if (!parsed.success) {
        const faults = parsed.error.issues.map(
          (issue) => `${issue.path.join(".")}: ${issue.message}`,
        );
        throw new AppError("REQUEST_MALFORMED", `Cannot explain: ${faults.join("; ")}`);
      }
      const config = loadConfig(environment);
      const flags = loadFlags(config, silentLogger);
      try {
        await flags.ready(FLAGS_DEADLINE_MS);
        const explanation = await createDecision(config, flags).explain(parsed.data);
        print(`${json ? JSON.stringify(explanation, null, 2) : toText(explanation)}\n`);
      } finally {
        await flags.close();
      }
    });
};
