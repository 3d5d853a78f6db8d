import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createService } from "#cli/serve/create-service.ts";
import { NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import type { Case, Side } from "#contract-suite/cases/case.ts";
import type { Suite } from "#contract-suite/cases/load-suite.ts";
import { createAddresses } from "#contract-suite/run/addresses.ts";
import { toContracts } from "#contract-suite/run/hold-to-contract.ts";
import { type CaseResult, runCases } from "#contract-suite/run/run-suite.ts";
import { createHttpClient, type HttpClient } from "#contract-suite/wire/http-client.ts";
import { ROUTE_CONTRACTS, SOCKET_CONTRACTS } from "#contracts/index.ts";
import { systemClock } from "#platform/clock.ts";
import { loadConfig } from "#platform/config/load-config.ts";
import { silentLogger } from "#platform/logger.ts";
import { createStandIn, DEFAULT_TOKEN_SECRET } from "#stand-in/index.ts";
import type { FakeProvider } from "#support/fake-providers.ts";
import { startRecordedAi } from "#support/recorded-ai.ts";

/** Something that answers as one side of the contract. */
export interface RunningSide extends AsyncDisposable {
  readonly url: URL;
  /** Names and values in turn, to be sent with every request beside its own. */
  readonly headers?: readonly string[];
}

export async function startStandIn({ recordings }: Suite): Promise<RunningSide> {
  const standIn = createStandIn({ recordings });
  const { url } = await standIn.listen({ host: "127.0.0.1", port: 0 });
  return { url: new URL(url), [Symbol.asyncDispose]: async () => standIn.close() };
}

export interface BanyanOptions {
  readonly nativeRoutes: Iterable<string>;
  /** Further flags that are on. */
  readonly flags?: readonly string[];
  /** Where a model provider is; without it the offline one answers. */
  readonly ai?: Pick<FakeProvider, "baseUrl">;
  /** Further settings. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** What an operator shows who forces a side. */
const OPERATOR = "token-of-a-contract-suite";

const toFlag = (name: string): object => ({
  name,
  type: "release",
  enabled: true,
  strategies: [{ name: "default", parameters: {} }],
});

/** The whole service on free ports, with these routes native and every other one on the embedded legacy. */
export async function startBanyan({
  nativeRoutes,
  flags = [],
  ai,
  settings,
}: BanyanOptions): Promise<RunningSide> {
  const folder = await mkdtempDisposable(join(tmpdir(), "banyan-"));
  const file = join(folder.path, "flags.json");
  const names = [...nativeRoutes].map((id) => `pam.${id}`);
  const features = [...names, ...flags].map(toFlag);
  await writeFile(file, JSON.stringify({ version: 2, features }));
  const config = loadConfig({
    PORT: "0",
    ADMIN_PORT: "0",
    FLAGS_FILE: file,
    INTERNAL_API_SECRET: "contract-suite-secret",
    ...(ai !== undefined && { ANTHROPIC_API_KEY: "key-of-a-fake", ANTHROPIC_BASE_URL: ai.baseUrl }),
    ...settings,
  });
  const service = await createService({ config, logger: silentLogger, version: "0.0.0" });
  return {
    url: service.publicUrl,
    async [Symbol.asyncDispose]() {
      await service.close();
      await folder.remove();
    },
  };
}

/** All of its native sides, with the model provider that the recordings had. */
export async function startNative(flags: readonly string[] = []): Promise<RunningSide> {
  const ai = await startRecordedAi();
  const running = await startBanyan({ nativeRoutes: NATIVE_ROUTE_IDS, flags, ai });
  return {
    url: running.url,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await ai[Symbol.asyncDispose]();
    },
  };
}

/** All of its native sides over a database that takes no connections, and no legacy that answers in their place. */
export async function startWithoutDatabase(): Promise<RunningSide> {
  const settings = { DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing", ADMIN_TOKEN: OPERATOR };
  const running = await startBanyan({ nativeRoutes: NATIVE_ROUTE_IDS, settings });
  const headers = ["x-banyan-override", "native", "x-banyan-admin-token", OPERATOR];
  return { ...running, headers };
}

export interface JudgeOptions extends Pick<RunningSide, "url" | "headers"> {
  readonly side: Side;
  readonly isExact?: boolean;
  /** Default: long enough for an embedded database that starts with the first request. */
  readonly answerMs?: number;
}

/** Runs cases of a suite against a URL. */
export async function judge(
  suite: Suite,
  cases: readonly Case[],
  { url, headers = [], side, isExact = side === "legacy", answerMs = 60_000 }: JudgeOptions,
): Promise<readonly CaseResult[]> {
  const socketBase = new URL(url);
  socketBase.protocol = "ws:";
  const client = createHttpClient(url, 8);
  const http: HttpClient = {
    ...client,
    send: async (request, deadlineMs) =>
      client.send({ ...request, headers: [...request.headers, ...headers] }, deadlineMs),
  };
  try {
    return await runCases(cases, {
      target: { http, socketBase, side, isExact, patience: { answerMs, quietMs: 100 } },
      tokens: suite.recordings.tokens,
      tokenSecret: DEFAULT_TOKEN_SECRET,
      deviations: suite.deviations,
      contracts: toContracts(ROUTE_CONTRACTS, SOCKET_CONTRACTS),
      takeAddress: createAddresses(0),
      clock: systemClock,
      concurrency: 8,
    });
  } finally {
    await http.close();
  }
}
