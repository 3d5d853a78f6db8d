import type { Express } from "express";
import request from "supertest";
import { expect, test } from "vitest";
import { z } from "zod";

import { ROUTE_TABLE } from "#routing/route-table.ts";
import { createAdminSide } from "#support/admin-side.ts";
import { exchangeRecord } from "#support/exchange-record.ts";
import { signToken } from "#support/sign-token.ts";

/** Status and parsed body of a GET. */
async function read(app: Express, path: string): Promise<{ status: number; body: unknown }> {
  const { status, body } = await request(app).get(path);
  return { status, body };
}

test("alive is alive, whatever the checks say", async () => {
  const { app, checks } = createAdminSide();
  checks.push({ name: "flags", run: () => ({ isReady: false, reason: "offline" }) });
  expect(await read(app, "/healthz")).toEqual({ status: 200, body: { status: "alive" } });
});

const LEDGER = { name: "ledger", status: "ok", reason: "readable" };

test("ready needs every check, and the report names each", async () => {
  const { app, checks } = createAdminSide();
  checks.push({ name: "listener", run: () => ({ isReady: true, reason: "listening" }) });
  const listening = { name: "listener", status: "ok", reason: "listening" };
  expect(await read(app, "/readyz")).toEqual({
    status: 200,
    body: { status: "ready", checks: [listening, LEDGER] },
  });
  checks.push({ name: "flags", run: async () => Promise.reject(new Error("no answer")) });
  expect(await read(app, "/readyz")).toEqual({
    status: 503,
    body: {
      status: "not-ready",
      checks: [listening, { name: "flags", status: "failing", reason: "no answer" }, LEDGER],
    },
  });
});

test("a database that is away is named, and takes nobody out of the balancer", async () => {
  const { app } = createAdminSide({ ledgerProblem: "connect ECONNREFUSED 10.1.2.3:5432" });
  const { status, body } = await read(app, "/readyz");
  expect([status, body]).toEqual([
    200,
    {
      status: "ready",
      checks: [
        {
          name: "ledger",
          status: "degraded",
          reason:
            "the database does not answer: evidence waits, and native routes that need it fail",
        },
      ],
    },
  ]);
});

test("a draining process is not ready", async () => {
  const side = createAdminSide();
  side.isDraining = true;
  expect(await read(side.app, "/readyz")).toEqual({
    status: 503,
    body: { status: "draining", checks: [LEDGER] },
  });
});

test("metrics hold traffic, flags and the process in Prometheus' format", async () => {
  const { app, flags, observer } = createAdminSide();
  flags.confirm({ state: "stale", source: "unleash", ageMs: 61_500, problem: "401" });
  observer.requestEnded(exchangeRecord());
  const { text } = await request(app)
    .get("/metrics")
    .expect(200)
    .expect("content-type", "text/plain; version=0.0.4; charset=utf-8");
  expect(text).toContain('compat_legacy_hits_total{route="chat.health"} 1');
  expect(text).toContain("\ncompat_flag_age_seconds 61.5\n");
  expect(text).toContain('compat_flag_state{state="stale"} 1');
  expect(text).toContain('compat_flag_state{state="fresh"} 0');
  expect(text).toContain('banyan_build_info{version="1.2.3"');
  expect(text).toContain("nodejs_eventloop_lag_seconds");
});

test("flags that nobody confirmed have no age", async () => {
  const { app, flags } = createAdminSide();
  flags.confirm({ state: "offline", source: "unleash", ageMs: undefined, problem: "refused" });
  const { text } = await request(app).get("/metrics");
  expect(text).not.toMatch(/^compat_flag_age_seconds /mu);
  expect(text).toContain('compat_flag_state{state="offline"} 1');
});

test("every row of the route table is listed with its flag, side and statistics", async () => {
  const { app, flags, observer } = createAdminSide();
  flags.turn("pam.chat", "on");
  observer.requestEnded(exchangeRecord({ totalMs: 10 }));
  const { body } = await read(app, "/api/routes");
  const rows = z.array(z.looseObject({ id: z.string() })).parse(body);
  expect(rows).toHaveLength(ROUTE_TABLE.length);
  expect(rows.find(({ id }) => id === "chat.health")).toMatchObject({
    id: "chat.health",
    concern: "chat",
    method: "GET",
    path: "/api/v1/pam/health",
    flag: "pam.chat.health",
    concernFlag: "pam.chat",
    hasNative: true,
    effect: "read",
    streams: false,
    timeouts: {},
    sides: ["native"],
    decision: { side: "native", reason: "concern-flag", flag: "pam.chat" },
    statistics: { legacy: expect.objectContaining({ requests: 1, errors: 0 }), native: null },
  });
  expect(rows.find(({ id }) => id === "debug.status")).toMatchObject({
    flag: null,
    concernFlag: null,
    sides: ["legacy"],
    decision: { side: "legacy", reason: "legacy-only", flag: null },
  });
});

test("flags are listed with how far they can be believed", async () => {
  const { app, flags } = createAdminSide();
  flags.roll("pam.chat", 30);
  flags.confirm({ state: "fresh", source: "unleash", ageMs: 800, problem: undefined });
  expect((await read(app, "/api/flags")).body).toEqual({
    freshness: { state: "fresh", source: "unleash", ageMs: 800 },
    flags: [{ name: "pam.chat", enabled: true, rule: "30 % by userId" }],
  });
});

test("an explanation follows the token of the request, and holds none of it", async () => {
  const { app, flags } = createAdminSide();
  flags.turn("pam.chat.health", "on");
  const token = await signToken({ sub: "u1" });
  const { body, text } = await request(app)
    .post("/api/explain")
    .send({
      method: "GET",
      path: "/api/v1/pam/health",
      headers: { Authorization: `Bearer ${token}` },
    })
    .expect(200);
  expect(body).toMatchObject({
    route: { id: "chat.health" },
    cohort: { kind: "subject", token: "verified" },
    decision: { side: "native", reason: "route-flag" },
  });
  expect(text).not.toContain(token);
});

test.each([
  [{ method: "GET", path: "api" }, "path", /"\/"/u],
  [{ path: "/" }, "method", /expected string/u],
  [{ method: "GET", path: "/", headers: { a: 1 } }, "headers.a", /expected string/u],
  [[], "body", /expected object/u],
])(
  "a wrong question %j is refused with the field and what was expected",
  async (body, field, problem) => {
    const { app } = createAdminSide();
    const answer = await request(app).post("/api/explain").send(body).expect(422);
    expect(answer.body.issues).toContainEqual({ field, problem: expect.stringMatching(problem) });
    expect(answer.body.detail).toContain(`${field}: `);
  },
);

test.each([
  { type: "application/json", body: "{", status: 400, detail: "The body is no valid JSON" },
  { type: "text/plain", body: "{}", status: 400, detail: "sent as application/json" },
  { type: "application/json", body: `"${"x".repeat(600_000)}"`, status: 413, detail: "too large" },
])("a body that is no question is answered $status: $detail", async (refusal) => {
  const { app, logLines } = createAdminSide();
  const send = request(app).post("/api/explain").set("content-type", refusal.type);
  const { status, body } = await send.send(refusal.body);
  expect(status).toBe(refusal.status);
  expect(body.detail).toContain(refusal.detail);
  expect(logLines).toEqual([]);
});

test.each([
  "/nope",
  "/api",
  "/api/gossip",
  "/dashboard/../../package.json",
  "/%2e%2e/package.json",
])("%s is not found, as JSON", async (path) => {
  expect(await read(createAdminSide().app, path)).toEqual({
    status: 404,
    body: { detail: "Not Found" },
  });
});

test.each([
  ["post", "/api/routes", "GET, HEAD"],
  ["delete", "/api/flags", "GET, HEAD"],
  ["post", "/metrics", "GET, HEAD"],
  ["put", "/", "GET, HEAD"],
  ["get", "/api/explain", "POST"],
  ["get", "/api/guard/chat.health/reset", "POST"],
  ["put", "/api/flags/pam.chat", "POST"],
  ["get", "/api/kill-switch", "POST"],
  ["get", "/api/pins/chat.health", "POST, DELETE"],
] as const)("%s %s is refused with the methods that are allowed", async (method, path, allow) => {
  const { status, headers, body } = await request(createAdminSide().app)[method](path);
  expect({ status, allow: headers["allow"], body }).toEqual({
    status: 405,
    allow,
    body: { detail: "Method Not Allowed" },
  });
});

test("a defect is answered without detail and logged with it", async () => {
  const side = createAdminSide();
  side.flags.list = () => {
    throw new TypeError("secret inside");
  };
  expect(await read(side.app, "/api/flags")).toEqual({
    status: 500,
    body: { detail: "Internal Server Error" },
  });
  expect(side.logLines.join("")).toContain("secret inside");
});

test("the dashboard may load its own files only, and nobody may frame or keep it", async () => {
  const { app } = createAdminSide();
  const { text, headers } = await request(app).get("/").expect(200);
  expect(text).toContain("<title>Banyan</title>");
  expect(headers["content-security-policy"]?.replaceAll(/sha256-[^']+/gu, "sha256-…")).toBe(
    "default-src 'self';script-src 'self' 'sha256-…';base-uri 'none';form-action 'none';frame-ancestors 'none';object-src 'none'",
  );
  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  });
  expect(headers).not.toHaveProperty("x-powered-by");
  expect(headers).not.toHaveProperty("access-control-allow-origin");
});

test.each([
  ["rebound.example.com", 421],
  ["127.0.0.1.example.com:9090", 421],
  ["localhost.example.com", 421],
  ["localhost:9090", 200],
  ["127.0.0.1:9090", 200],
  ["[::1]:9090", 200],
])("on loopback, a request for the host %s is answered %i", async (host, status) => {
  const { app } = createAdminSide();
  const answer = await request(app).get("/api/routes").set("host", host);
  expect(answer.status).toBe(status);
});
