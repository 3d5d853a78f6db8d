import { IncomingMessage } from "node:http";
import { Socket } from "node:net";

import { describe, expect, test } from "vitest";

import type { Authenticator } from "#platform/auth.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createEdgeAuth, type EdgeAuth } from "#routing/edge-auth.ts";
import type { LegacyExchange } from "#routing/legacy-exchange.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import type { Route } from "#routing/route.ts";

const USER = "ada";

interface Setup {
  readonly edgeAuth: EdgeAuth;
  /** Flags and tokens that were looked at. */
  readonly lookedAt: string[];
}

function create(variant: string | undefined, authenticator?: Partial<Authenticator>): Setup {
  const lookedAt: string[] = [];
  const verifyToken = async (token: string) => {
    lookedAt.push(`token ${token}`);
    return { userId: USER, role: "authenticated" };
  };
  const edgeAuth = createEdgeAuth({
    routes: ROUTE_TABLE,
    flags: {
      variantOf(name) {
        lookedAt.push(`flag ${name}`);
        return variant;
      },
    },
    authenticator: { verifyToken, verifyHeader: verifyToken, ...authenticator },
    metrics: createMetrics({ version: "0" }),
    logger: silentLogger,
  });
  return { edgeAuth, lookedAt };
}

function exchangeOn(route: Route, token: string | undefined): LegacyExchange {
  const request = new IncomingMessage(new Socket());
  if (token !== undefined) request.headers.authorization = `Bearer ${token}`;
  const path = route.path.replaceAll(/\{[^}]+\}/gu, USER);
  return {
    request,
    requestId: "r1",
    target: token === undefined ? path : `${path}?token=${token}`,
    resolution: {
      match: { route, params: { user_id: USER, session_id: USER } },
      cohort: { kind: "subject", key: USER, hash: "h" },
      decision: { side: "legacy", reason: "no-flag", flag: undefined },
      positionOf: () => 1,
    },
    peer: { address: "127.0.0.1", client: "127.0.0.1" },
  };
}

const routeOf = (id: string): Route => {
  const route = ROUTE_TABLE.find((row) => row.id === id);
  if (route === undefined) throw new TypeError(`No route is called "${id}"`);
  return route;
};

describe("off", () => {
  test.each([undefined, "off"])("it looks at one flag and at no token (variant %s)", (variant) => {
    const { edgeAuth, lookedAt } = create(variant);
    expect(edgeAuth.check(exchangeOn(routeOf("chat.send"), "t"))).toBeUndefined();
    expect(lookedAt).toEqual(["flag pam.edge-auth"]);
  });

  test.each(["chat.health", "tts.voice", "ws.notify-timer", "debug.profile-integration"])(
    "it looks at nothing on a route that needs no token: %s",
    (id) => {
      const { edgeAuth, lookedAt } = create("enforce");
      expect(edgeAuth.check(exchangeOn(routeOf(id), "t"))).toBeUndefined();
      expect(lookedAt).toEqual([]);
    },
  );

  test("it looks at nothing on a path that no row names", () => {
    const { edgeAuth, lookedAt } = create("enforce");
    const exchange = exchangeOn(routeOf("chat.send"), "t");
    const resolution = { ...exchange.resolution, match: undefined };
    expect(edgeAuth.check({ ...exchange, resolution })).toBeUndefined();
    expect(lookedAt).toEqual([]);
  });
});

test("which routes need a token comes from their contracts", async () => {
  const needing: string[] = [];
  for (const route of ROUTE_TABLE) {
    const { edgeAuth } = create("enforce");
    // oxlint-disable-next-line no-await-in-loop -- one route after the other
    const refusal = await edgeAuth.check(exchangeOn(route, ""));
    if (refusal?.code === "TOKEN_MISSING") needing.push(route.id);
  }
  expect(needing).toEqual(
    expect.arrayContaining([
      "ws.socket",
      "ws.bridge",
      "chat.send",
      "chat.history",
      "cache.clear",
      "security.audit",
      "agentic.plan",
      "analytics.savings-record",
      "tts.execute-tool",
    ]),
  );
  expect(needing).not.toEqual(expect.arrayContaining(["chat.health", "tts.voice"]));
  expect(needing.length).toBeGreaterThan(35);
});

test("a check that breaks down refuses, and never rejects", async () => {
  const { edgeAuth } = create("enforce", {
    verifyToken: async () => Promise.reject(new TypeError("broken")),
  });
  const refusal = await edgeAuth.check(exchangeOn(routeOf("chat.send"), "t"));
  expect(refusal).toMatchObject({ code: "TOKEN_INVALID", detail: "Authentication failed" });
});

test("reporting never holds a request up, however long the check takes", () => {
  const { edgeAuth } = create("report", { verifyToken: async () => new Promise(() => {}) });
  expect(edgeAuth.check(exchangeOn(routeOf("chat.send"), "t"))).toBeUndefined();
});
