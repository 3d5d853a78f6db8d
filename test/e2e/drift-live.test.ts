import { cpSync, mkdirSync, mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { acceptExample } from "#cli/drift-accept.ts";
import { suiteDependencies } from "#cli/verify.ts";
import { driftSnapshotSchema } from "#delivery/drift/index.ts";
import { packageRoot } from "#platform/package-root.ts";
import { type ChatLegacy, startChatLegacy, toChatAnswer } from "#support/chat-legacy.ts";
import { runBanyan } from "#support/run-banyan.ts";
import { signToken } from "#support/sign-token.ts";
import { type SpawnedBanyan, spawnBanyan } from "#support/spawn-banyan.ts";
import { until } from "#support/until.ts";

let legacy: ChatLegacy;
let banyan: SpawnedBanyan;

beforeAll(async () => {
  // Answers a chat with a header that native knows nothing of.
  legacy = await startChatLegacy({
    onRequest: (request, response) => {
      request.resume();
      response
        .writeHead(200, { "content-type": "application/json", "x-mood": "cheerful" })
        .end(toChatAnswer("Hello"));
    },
  });
  banyan = await spawnBanyan({ LEGACY_URL: legacy.origin.href });
  await banyan.setFlags({ "pam.chat.shadow": true });
});
afterAll(async () => {
  await banyan[Symbol.asyncDispose]();
  await legacy[Symbol.asyncDispose]();
});

const drift = async (...given: readonly string[]) =>
  runBanyan(["drift", "--live", banyan.adminUrl.origin, ...given]);

async function chat(): Promise<void> {
  const response = await fetch(new URL("/api/v1/pam/chat", banyan.publicUrl), {
    method: "POST",
    headers: {
      authorization: `Bearer ${await signToken()}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ message: "How far is it?" }),
  });
  await response.arrayBuffer();
}

async function comparedSoFar(): Promise<number> {
  const metrics = await (await fetch(new URL("/metrics", banyan.adminUrl))).text();
  return Number(/banyan_shadow_exchanges\{outcome="compared"\} (\d+)/u.exec(metrics)?.[1] ?? 0);
}

describe("banyan drift --live", () => {
  test("ends with 0 where nothing was compared", async () => {
    const { status, printed } = await drift();
    expect([status, printed]).toEqual([0, expect.stringContaining("Nothing was compared")]);
  });

  test("finds the planted difference, names its field, and ends with 1", async () => {
    await until(async () => {
      await chat();
      return (await comparedSoFar()) > 0;
    }, 40_000);
    const { status, printed } = await drift();
    expect(status).toBe(1);
    expect(printed).toMatch(/chat\.send: \d+ compared, 0 clean/u);
    expect(printed).toMatch(/\/headers\/x-mood +drift +\d+ .*"cheerful"/u);
  });

  test("its example becomes a case of a checkout, by its id", async () => {
    const { printed } = await drift("--json");
    const snapshot = driftSnapshotSchema.parse(JSON.parse(printed));
    const example = snapshot.routes[0]?.examples[0];
    using checkout = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
    cpSync(join(packageRoot(), "contracts"), join(checkout.path, "contracts"), { recursive: true });
    mkdirSync(join(checkout.path, "test"));
    const given = { snapshot, id: String(example?.id), as: "case" } as const;
    const told = acceptExample(given, { ...suiteDependencies(), root: checkout.path });
    expect(told).toMatch(/^Written: contracts\/cases\/written\/live-chat\.send-/u);
  });

  test.each([
    [
      "an example that is not kept",
      ["--accept", "nothing", "--as", "case"],
      /No example "nothing"/u,
    ],
    ["an example without what to make of it", ["--accept", "1"], /--accept and --as go together/u],
  ])("ends with 2 for %s", async (_, given, expected) => {
    const { status, said } = await drift(...given);
    expect(status).toBe(2);
    expect(said).toMatch(expected);
  });
});
