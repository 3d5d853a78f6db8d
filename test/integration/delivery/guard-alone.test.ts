import { createServer } from "node:http";

import { expect, test } from "vitest";

import { createLegacyProbe } from "#cli/serve/create-legacy-probe.ts";
import { NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import { createGuard } from "#delivery/guard/index.ts";
import type { Authenticator } from "#platform/auth.ts";
import { listen } from "#platform/listen.ts";
import { silentLogger } from "#platform/logger.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { createResolver } from "#routing/resolve.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { signToken } from "#support/sign-token.ts";
import { startTestListener } from "#support/test-listener.ts";
import { until } from "#support/until.ts";

const ROUTE = "security.message-size-validate";
const PATH = "/api/v1/pam/message-size/validate";
const USERS = 20;

const failing = async (): Promise<never> => {
  throw new TypeError("broken");
};
const broken: Authenticator = { verifyHeader: failing, verifyToken: failing };

/** Banyan with a native side that fails at everything, for everybody, in front of a legacy that answers so. */
async function startBroken(legacyStatus: number) {
  const legacy = createServer((_request, response) => {
    response.writeHead(legacyStatus).end("from the legacy");
  });
  const origin = await listen(legacy, { host: "127.0.0.1", port: 0 });
  const clock = createManualClock();
  let asked = 0;
  const probe = createLegacyProbe(origin, fetch);
  const guard = createGuard({
    clock,
    logger: silentLogger,
    createId: () => "trip-1",
    async isLegacyThere() {
      const isThere = await probe();
      asked += 1;
      return isThere;
    },
  });
  const service = await startTestListener({
    origin,
    dependencies: { authenticator: broken },
    observer: guard.observer,
    resolve: createResolver({
      matchRoute: createRouteMatcher(ROUTE_TABLE),
      flags: {
        evaluate: (name) => (name === "pam.security" ? "on" : "absent"),
        positionOf: () => 1,
      },
      hasNative: (id) => NATIVE_ROUTE_IDS.has(id),
      adminToken: undefined,
      safeguards: { isTripped: (id) => guard.isTripped(id), ceilingOf: () => undefined },
    }),
  });
  const tokens = await Promise.all(
    Array.from({ length: USERS }, async (_, index) => signToken({ sub: `user-${index}` })),
  );
  let sent = 0;
  async function ask(): Promise<{ status: number; side: string | null }> {
    sent += 1;
    const response = await fetch(new URL(PATH, service.url), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${tokens[sent % USERS] ?? ""}`,
      },
      body: JSON.stringify({ message: { message: "hello" } }),
    });
    await response.arrayBuffer();
    return { status: response.status, side: response.headers.get("x-banyan-side") };
  }
  return {
    guard,
    ask,
    asked: () => asked,
    /** Half a second each. */
    async send(count: number): Promise<void> {
      for (let index = 0; index < count && !guard.isTripped(ROUTE); index += 1) {
        clock.advance(500);
        // oxlint-disable-next-line no-await-in-loop -- time goes on between them
        await ask();
      }
    },
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      legacy.closeAllConnections();
      legacy.close();
    },
  };
}

test("a native side that fails at 100 % native sends its route back to legacy, and says by what", async () => {
  await using banyan = await startBroken(200);
  expect(await banyan.ask()).toEqual({ status: 500, side: "native" });
  await banyan.send(200);
  await until(() => banyan.guard.isTripped(ROUTE));
  expect(banyan.guard.of(ROUTE).trip).toMatchObject({
    signal: "errors",
    reason: expect.stringContaining("25 % of failures are tolerated"),
  });
  expect(await banyan.ask()).toEqual({ status: 200, side: "legacy" });
});

test("it stays native while nobody stands behind the legacy's balancer", async () => {
  await using banyan = await startBroken(503);
  await banyan.send(200);
  await until(() => banyan.asked() > 0);
  expect(await banyan.ask()).toEqual({ status: 500, side: "native" });
  expect(banyan.guard.of(ROUTE).reading?.alone?.text).toContain("Legacy is not there either");
});
