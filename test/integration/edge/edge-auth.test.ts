import { once } from "node:events";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { createAuthenticator } from "#platform/auth.ts";
import { systemClock } from "#platform/clock.ts";
import { AppError } from "#platform/errors.ts";
import { createLogger, silentLogger } from "#platform/logger.ts";
import { createMetrics, type Metrics } from "#platform/metrics.ts";
import { createEdgeAuth } from "#routing/edge-auth.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { type ChatLegacy, startChatLegacy } from "#support/chat-legacy.ts";
import { createFakeFlags, type FakeFlags } from "#support/fake-flags.ts";
import { signToken, TOKEN_SECRET } from "#support/sign-token.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";
import { until } from "#support/until.ts";
import { encodeHandshake, WebSocketPeer } from "#support/websocket-peer.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";
const CHAT = "/api/v1/pam/chat";

let legacy: ChatLegacy;
let listener: TestListener;
let flags: FakeFlags;
let metrics: Metrics;
let lines: string[];

beforeEach(async () => {
  legacy = await startChatLegacy();
  flags = createFakeFlags();
  metrics = createMetrics({ version: "0" });
  lines = [];
  const clock = systemClock;
  listener = await startTestListener({
    origin: legacy.origin,
    edgeAuth: createEdgeAuth({
      routes: ROUTE_TABLE,
      flags,
      authenticator: createAuthenticator({ jwtSecret: TOKEN_SECRET, jwksUrl: undefined, clock }),
      metrics,
      logger: createLogger({ level: "info", write: (line) => lines.push(line) }),
    }),
  });
});
afterEach(async () => {
  await listener[Symbol.asyncDispose]();
  await legacy[Symbol.asyncDispose]();
});

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const unsigned = `${encode({ alg: "none" })}.${encode({ sub: USER, exp: 4_102_444_800 })}.`;

interface Caller {
  readonly name: string;
  readonly token: () => Promise<string | undefined>;
  readonly outcome: string;
  readonly detail: string;
}

const REFUSED: readonly Caller[] = [
  {
    name: "no token",
    token: async () => undefined,
    outcome: "missing",
    detail: "Authorization header missing",
  },
  {
    name: "an unsigned token",
    token: async () => unsigned,
    outcome: "invalid",
    detail: "Authentication failed",
  },
  {
    name: "a forged token",
    token: async () => signToken({}, `other-${TOKEN_SECRET}`),
    outcome: "invalid",
    detail: "Authentication failed",
  },
  {
    name: "a token for another audience",
    token: async () => signToken({ aud: "anon" }),
    outcome: "invalid",
    detail: "Authentication failed",
  },
  {
    name: "an expired token",
    token: async () => signToken({ exp: 1_700_000_001 }),
    outcome: "expired",
    detail: "Token expired - please refresh",
  },
  {
    name: "a token of nobody",
    token: async () => signToken({ sub: undefined }),
    outcome: "invalid",
    detail: "Invalid token: missing user ID",
  },
  {
    name: "what is no token",
    token: async () => "abc.def",
    outcome: "invalid",
    detail: "Invalid JWT format: Not enough segments",
  },
];

async function chat(token: string | undefined): Promise<Response> {
  return fetch(new URL(CHAT, listener.url), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      origin: "http://localhost:8080",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ message: "hello" }),
  });
}

const countOf = async (mode: string, outcome: string): Promise<number> => {
  const label = `banyan_edge_auth_total{mode="${mode}",outcome="${outcome}"}`;
  const line = (await metrics.render()).split("\n").find((text) => text.startsWith(label));
  return Number(line?.split(" ").at(-1) ?? Number.NaN);
};

describe("enforced", () => {
  beforeEach(() => flags.vary("pam.edge-auth", "enforce"));

  test.each(REFUSED)("a request with $name is refused in the legacy's words", async (caller) => {
    const response = await chat(await caller.token());

    expect(response.status).toBe(401);
    expect(await response.text()).toBe(`{"detail":"${caller.detail}"}`);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("access-control-allow-origin")).toBe("http://localhost:8080");
    expect(legacy.heard).toEqual([]);
    expect(await countOf("enforce", caller.outcome)).toBe(1);
    await until(() => listener.records.length === 1);
    expect(listener.records[0]).toMatchObject({ status: 401, decision: { side: "legacy" } });
  });

  test("a request with a good token passes", async () => {
    const response = await chat(await signToken());
    expect(response.status).toBe(200);
    expect(legacy.heard).toEqual([`POST ${CHAT}`]);
    expect(await countOf("enforce", "verified")).toBe(1);
  });

  test.each([
    ["GET", "/api/v1/pam/health"],
    ["POST", "/api/v1/pam/voice"],
    ["GET", "/api/v1/pam/nowhere"],
    ["OPTIONS", CHAT],
  ])("%s %s needs no token", async (method, path) => {
    const body = method === "POST" ? '{"message":"x"}' : undefined;
    await fetch(new URL(path, listener.url), { method, ...(body !== undefined && { body }) }).catch(
      () => {},
    );
    expect(legacy.heard).toEqual([`${method} ${path}`]);
  });

  test("a large body of somebody without a token is not sent on, and its sender reads the answer", async () => {
    const response = await fetch(new URL(CHAT, listener.url), {
      method: "POST",
      body: "x".repeat(3_000_000),
    });
    expect(response.status).toBe(401);
    expect(legacy.heard).toEqual([]);
  });
});

describe("reported", () => {
  beforeEach(() => flags.vary("pam.edge-auth", "report"));

  test.each(REFUSED)("a request with $name passes, counted and told", async (caller) => {
    const token = await caller.token();
    const response = await chat(token);

    expect(response.status).toBe(200);
    expect(legacy.heard).toEqual([`POST ${CHAT}`]);
    await until(async () => (await countOf("report", caller.outcome)) === 1);
    const told = lines.join("\n");
    expect(told).toContain(`"outcome":"${caller.outcome}"`);
    expect(told).toContain('"route":"chat.send"');
    expect(told).not.toContain(token ?? "Bearer");
  });
});

test.each(["off", "on", "enforced"])("the variant %s changes nothing", async (variant) => {
  flags.vary("pam.edge-auth", variant);
  expect((await chat(undefined)).status).toBe(200);
  expect(await countOf("enforce", "missing")).toBe(0);
  expect(await countOf("report", "missing")).toBe(0);
});

test("without the flag no token is looked at", async () => {
  expect((await chat(undefined)).status).toBe(200);
  expect(await countOf("report", "missing")).toBe(0);
});

const socketUrl = (path: string): string => new URL(path, listener.url).href.replace("http", "ws");

/** What a client sees: whether it was let in, and how it was closed. */
async function open(path: string): Promise<{ wasOpen: boolean; code: number; reason: string }> {
  const socket = new WebSocket(socketUrl(path));
  let wasOpen = false;
  socket.on("open", () => {
    wasOpen = true;
  });
  // The legacy speaks first.
  socket.on("message", () => socket.close(1000));
  socket.on("error", () => {});
  const [code, reason] = await once(socket, "close");
  return { wasOpen, code: Number(code), reason: String(reason) };
}

describe("sockets", () => {
  const PATHS = ["/api/v1/pam/ws", "/api/v1/pam/voice-hybrid/bridge"] as const;

  beforeEach(() => flags.vary("pam.edge-auth", "enforce"));

  test.each(PATHS)("%s lets a user in with a token of their own", async (path) => {
    expect(await open(`${path}/${USER}?token=${await signToken()}`)).toMatchObject({
      wasOpen: true,
      code: 1000,
    });
  });

  test.each([
    ["an empty token", async () => "", "Missing authentication token"],
    [
      "an unsigned token",
      async () => unsigned,
      "Authentication failed: 401: Authentication failed",
    ],
    [
      "an expired token",
      async () => signToken({ exp: 1_700_000_001 }),
      "Authentication failed: 401: Token expired - please refresh",
    ],
    [
      "what is no token",
      async () => "abc.def",
      "Authentication failed: 401: Invalid JWT format: Not enough segments",
    ],
    ["another user's token", async () => signToken({ sub: OTHER }), "User ID mismatch"],
  ])("with %s a socket is accepted and closed with 4001", async (_, token, reason) => {
    for (const path of PATHS) {
      // oxlint-disable-next-line no-await-in-loop -- one socket after the other
      const seen = await open(`${path}/${USER}?token=${await token()}`);
      expect(seen).toEqual({ wasOpen: true, code: 4001, reason });
    }
    expect(legacy.heard).toEqual([]);
  });

  test("an administrator may open a socket in the name of others", async () => {
    const token = await signToken({ sub: OTHER, role: "admin" });
    expect(await open(`${PATHS[0]}/${USER}?token=${token}`)).toMatchObject({ code: 1000 });
  });

  test("without the parameter the legacy refuses its socket itself, and nobody opens the bridge", async () => {
    await open(`${PATHS[0]}/${USER}`);
    expect(legacy.heard).toEqual([`GET ${PATHS[0]}/${USER}`]);
    expect(await open(`${PATHS[1]}/${USER}`)).toEqual({
      wasOpen: true,
      code: 4001,
      reason: "Missing authentication token",
    });
    expect(legacy.heard).toHaveLength(1);
  });

  test("what is refused is told by the record", async () => {
    await open(`${PATHS[0]}/${USER}?token=`);
    expect(listener.records[0]).toMatchObject({ status: 401, errorCode: "TOKEN_MISSING" });
    expect(listener.closes).toEqual([]);
  });

  test.each(["Sec-WebSocket-Version: 12", "Sec-WebSocket-Key: short"])(
    "a handshake that is none gets a plain 400: %s",
    async (line) => {
      const name = line.slice(0, line.indexOf(":"));
      const handshake = encodeHandshake(`${PATHS[0]}/${USER}?token=`).replace(
        new RegExp(`${name}: .*`, "u"),
        line,
      );
      await using peer = await WebSocketPeer.connect(listener.port);
      peer.socket.write(handshake);
      expect(await peer.head()).toMatch(/^HTTP\/1\.1 400 /u);
    },
  );

  test("reported, a socket with a forged token stays open", async () => {
    flags.vary("pam.edge-auth", "report");
    expect(await open(`${PATHS[0]}/${USER}?token=${unsigned}`)).toMatchObject({ code: 1000 });
    await until(async () => (await countOf("report", "invalid")) === 1);
  });
});

const unavailable = async () => Promise.reject(new AppError("TOKEN_KEYS_UNAVAILABLE"));

test("while tokens cannot be verified requests are refused as by a failure, and so are sockets", async () => {
  flags.vary("pam.edge-auth", "enforce");
  const ownMetrics = createMetrics({ version: "0" });
  await using away = await startTestListener({
    origin: legacy.origin,
    edgeAuth: createEdgeAuth({
      routes: ROUTE_TABLE,
      flags,
      authenticator: { verifyHeader: unavailable, verifyToken: unavailable },
      metrics: ownMetrics,
      logger: silentLogger,
    }),
  });
  const response = await fetch(new URL("/api/v1/pam/history", away.url), {
    headers: { authorization: `Bearer ${await signToken()}` },
  });
  expect(response.status).toBe(503);
  expect(response.headers.get("www-authenticate")).toBeNull();
  const socket = new WebSocket(
    new URL(`/api/v1/pam/ws/${USER}?token=x`, away.url).href.replace("http", "ws"),
  );
  const [code, reason] = await once(socket, "close");
  expect([code, String(reason)]).toEqual([1011, "Tokens cannot be verified at the moment"]);
  expect(await ownMetrics.render()).toContain(
    'banyan_edge_auth_total{mode="enforce",outcome="unverifiable"} 2',
  );
  expect(legacy.heard).toEqual([]);
});
