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
import { createHttpClient } from "#contract-suite/wire/http-client.ts";
import { ROUTE_CONTRACTS, SOCKET_CONTRACTS } from "#contracts/index.ts";
import { systemClock } from "#platform/clock.ts";
import { loadConfig } from "#platform/config/load-config.ts";
import { silentLogger } from "#platform/logger.ts";
import { createStandIn, DEFAULT_TOKEN_SECRET } from "#stand-in/index.ts";

/** Something that answers as one side of the contract. */
export interface RunningSide extends AsyncDisposable {
  readonly url: URL;
}

export async function startStandIn({ recordings }: Suite): Promise<RunningSide> {
  const standIn = createStandIn({ recordings });
  const { url } = await standIn.listen({ host: "127.0.0.1", port: 0 });
  return { url: new URL(url), [Symbol.asyncDispose]: async () => standIn.close() };
}

const toFlag = (name: string): object => ({
  name,
  type: "release",
  enabled: true,
  strategies: [{ name: "default", parameters: {} }],
});

/** The whole service on free ports, with these routes native and every other one on the embedded legacy. */
export async function startBanyan(nativeRoutes: Iterable<string>): Promise<RunningSide> {
  const folder = await mkdtempDisposable(join(tmpdir(), "banyan-"));
  const file = join(folder.path, "flags.json");
  const features = [...nativeRoutes].map((id) => toFlag(`pam.${id}`));
  await writeFile(file, JSON.stringify({ version: 2, features }));
  const config = loadConfig({ PORT: "0", ADMIN_PORT: "0", FLAGS_FILE: file });
  const service = await createService({ config, logger: silentLogger, version: "0.0.0" });
  return {
    url: service.publicUrl,
    async [Symbol.asyncDispose]() {
      await service.close();
      await folder.remove();
    },
  };
}

export const startNative = async (): Promise<RunningSide> => startBanyan(NATIVE_ROUTE_IDS);

export interface JudgeOptions {
  readonly url: URL;
  readonly side: Side;
  readonly isExact?: boolean;
  /** Default: long enough for an embedded database that starts with the first request. */
  readonly answerMs?: number;
}

/** Runs cases of a suite against a URL. */
export async function judge(
  suite: Suite,
  cases: readonly Case[],
  { url, side, isExact = side === "legacy", answerMs = 60_000 }: JudgeOptions,
): Promise<readonly CaseResult[]> {
  const socketBase = new URL(url);
  socketBase.protocol = "ws:";
  const http = createHttpClient(url, 8);
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
