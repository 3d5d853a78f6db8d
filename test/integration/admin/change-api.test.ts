import request from "supertest";
import { describe, expect, test } from "vitest";

import {
  ADMIN_TOKEN,
  type AdminSide,
  type AdminSideOptions,
  createAdminSide,
} from "#support/admin-side.ts";
import { exchangeRecord } from "#support/exchange-record.ts";

const WHO = { by: "Ada", reason: "the fix is deployed" };
const NATIVE = { side: "native", reason: "concern-flag", flag: "pam.chat" } as const;
const CHANGES = [
  ["post", "/api/guard/chat.health/reset", WHO],
  ["post", "/api/pins/chat.health", { ...WHO, percent: 50, hours: 24 }],
  ["delete", "/api/pins/chat.health", WHO],
  ["post", "/api/flags/pam.chat", { ...WHO, percent: 40 }],
  ["post", "/api/kill-switch", { ...WHO, on: true }],
  ["post", "/api/evidence", { side: "native", build: "build-1", routes: [] }],
] as const;

const openSide = (options: AdminSideOptions = {}) =>
  createAdminSide({ adminToken: ADMIN_TOKEN, ...options });
type Method = "post" | "delete";

const ask = ({ app }: AdminSide, method: Method, path: string): request.Test =>
  method === "post" ? request(app).post(path) : request(app).delete(path);

/** Sends an order with the admin token. */
const by =
  (side: AdminSide) =>
  (method: Method, path: string, body: object): request.Test =>
    ask(side, method, path).set("authorization", `Bearer ${ADMIN_TOKEN}`).send(body);

function trip(side: AdminSide): void {
  const trips = {
    id: "t1",
    routeId: "chat.health",
    atMs: side.clock.now(),
    signal: "errors",
  } as const;
  const counts = { native: { count: 20, bad: 9 }, legacy: { count: 20, bad: 0 } };
  side.guard.restore([{ ...trips, counts }]);
}

describe.each(CHANGES)("%s %s", (method, path, body) => {
  test("is refused where no admin token is set, with what to set", async () => {
    const side = createAdminSide();
    const answer = await by(side)(method, path, body).expect(403);
    expect(answer.body.detail).toContain("ADMIN_TOKEN");
  });

  test.each([
    ["no token", {}],
    ["another token", { authorization: "Bearer wrong" }],
    ["the token in another scheme", { authorization: `Basic ${ADMIN_TOKEN}` }],
    ["the token in a cookie", { cookie: `token=${ADMIN_TOKEN}` }],
  ])("is refused with %s, before its body is read", async (_case, headers) => {
    const side = openSide();
    trip(side);
    const answer = await ask(side, method, path).set(headers).send("{");
    expect(answer.status).toBe(401);
    expect(side.guard.isTripped("chat.health")).toBe(true);
    expect(side.flags.list()).toEqual([]);
    expect(await side.ledger.latest({ limit: 10 })).toEqual([]);
  });

  test("takes no form that another page could send", async () => {
    const answer = await ask(openSide(), method, path)
      .set("authorization", `Bearer ${ADMIN_TOKEN}`)
      .type("text/plain")
      .send(JSON.stringify(body));
    expect(answer.status).toBe(400);
  });
});

test.each([
  ["post", "/api/guard/chat.health/reset", {}, ["by", "reason"]],
  ["post", "/api/guard/chat.health/reset", { by: " ", reason: "a\nb" }, ["by", "reason"]],
  ["post", "/api/pins/chat.health", { ...WHO, percent: 101, hours: 721 }, ["percent", "hours"]],
  ["post", "/api/flags/pam.chat", { ...WHO, percent: 1.5 }, ["percent"]],
  ["post", "/api/kill-switch", { ...WHO, on: "yes" }, ["on"]],
  ["post", "/api/evidence", { side: "legacy", build: "b", routes: [{}] }, ["side"]],
] as const)("%s %s with %j is told which fields are wrong", async (...row) => {
  const [method, path, body, fields] = row;
  const answer = await by(openSide())(method, path, body).expect(422);
  const issues: { field: string }[] = answer.body.issues;
  expect(issues.map(({ field }) => field)).toEqual(expect.arrayContaining([...fields]));
  for (const field of fields) expect(answer.body.detail).toContain(`${field}: `);
});

test("a tripped guard is reset by name and reason, and a second time nothing is to do", async () => {
  const side = openSide();
  trip(side);
  const path = "/api/guard/chat.health/reset";
  const first = await by(side)("post", path, WHO).expect(200);
  expect(first.body).toEqual({ route: "chat.health", wasTripped: true });
  expect(side.guard.events()[0]).toMatchObject({ kind: "reset", lift: WHO });
  const second = await by(side)("post", path, WHO).expect(200);
  expect(second.body).toEqual({ route: "chat.health", wasTripped: false });
});

test("a tripped guard is reset without a body as well, by nobody's name", async () => {
  const side = openSide();
  trip(side);
  const answer = await ask(side, "post", "/api/guard/chat.health/reset").set(
    "authorization",
    `Bearer ${ADMIN_TOKEN}`,
  );
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({ route: "chat.health", wasTripped: true });
  expect(side.guard.events()[0]).toMatchObject({
    lift: { by: "the bearer of the admin token", reason: "none given" },
  });
});

test.each(["chat.nothing", "debug.status"])(
  "what cannot be native has no guard: %s",
  async (id) => {
    const { status } = await by(openSide())("post", `/api/guard/${id}/reset`, WHO);
    expect(status).toBe(404);
  },
);

test("a pin raises the ceiling until its time is over or it is taken away", async () => {
  const side = openSide();
  const percentOf = async (): Promise<unknown> => {
    const { body } = await request(side.app).get("/api/routes/chat.health");
    return body.route.ceiling.allowedPercent;
  };
  await by(side)("post", "/api/pins/chat.health", { ...WHO, percent: 50, hours: 1 }).expect(201);
  expect(await percentOf()).toBe(50);
  side.clock.advance(3_600_000);
  expect(await percentOf()).toBe(0);
  await by(side)("post", "/api/pins/chat.health", { ...WHO, percent: 60, hours: 1 }).expect(201);
  const { body } = await by(side)("delete", "/api/pins/chat.health", WHO).expect(200);
  expect(body).toEqual({ route: "chat.health", wasPinned: true });
  expect(await percentOf()).toBe(0);
  const kept = await side.ledger.latest({ limit: 10 });
  expect(kept.map(({ kind }) => kind)).toEqual(["unpin", "pin", "pin"]);
});

test("an order that cannot be written down is refused for as long as the ledger is away", async () => {
  const side = openSide({ ledgerProblem: "connect ECONNREFUSED 10.0.0.7" });
  const answer = await by(side)("post", "/api/pins/chat.health", { ...WHO, percent: 50, hours: 1 });
  expect(answer.status).toBe(503);
  expect(answer.body).toEqual({ detail: "The ledger cannot be written at the moment" });
});

test("a rollout is set, and who did it is told with the route", async () => {
  const side = openSide();
  side.flags.roll("pam.chat", 10);
  const { body } = await by(side)("post", "/api/flags/pam.chat", { ...WHO, percent: 40 });
  expect(body).toEqual({ flag: "pam.chat", from: "10 % by userId", to: "40 % by userId" });
  await by(side)("post", "/api/flags/pam.chat.health", { ...WHO, percent: 0 }).expect(200);
  const details = await request(side.app).get("/api/routes/chat.health").expect(200);
  expect(details.body.entries).toMatchObject([
    { kind: "flip", routeId: "chat.health", flag: "pam.chat.health", ...WHO },
    { kind: "flip", routeId: "*", flag: "pam.chat", from: "10 % by userId", ...WHO },
  ]);
  const other = await request(side.app).get("/api/routes/tts.voice").expect(200);
  expect(other.body.entries).toEqual([]);
});

test("the kill switch takes every route", async () => {
  const side = openSide();
  side.flags.turn("pam.chat", "on");
  await by(side)("post", "/api/kill-switch", { ...WHO, on: true }).expect(200);
  const { body } = await request(side.app).get("/api/routes/chat.health");
  expect(body.route).toMatchObject({ mode: "killed", decision: { reason: "kill-switch" } });
  await by(side)("post", "/api/kill-switch", { ...WHO, on: false }).expect(200);
  const after = await request(side.app).get("/api/routes/chat.health");
  expect(after.body.route.mode).toBe("native");
});

test("a flag that decides nothing, and flags that cannot be changed, are refused", async () => {
  await by(openSide())("post", "/api/flags/pam.nothing", { ...WHO, percent: 1 }).expect(404);
  const side = createAdminSide({ adminToken: ADMIN_TOKEN, canChangeFlags: false });
  const { body } = await by(side)("post", "/api/flags/pam.chat", { ...WHO, percent: 1 }).expect(
    403,
  );
  expect(body.detail).toContain("UNLEASH_ADMIN_TOKEN");
});

test("a suite's report raises the ceiling of what is green, for its own build", async () => {
  const side = openSide();
  const report = {
    formatVersion: 1,
    side: "native",
    build: "build-1",
    contractDigest: "abc",
    routes: [
      { route: "chat.health", pass: 3, fail: 0, skipped: 0, deviations: [] },
      { route: "chat.history", pass: 3, fail: 1, skipped: 0, deviations: [] },
      { route: "chat.send", pass: 0, fail: 0, skipped: 2, deviations: [] },
      { route: "none", pass: 3, fail: 0, skipped: 0, deviations: [] },
    ],
  };
  const { body } = await by(side)("post", "/api/evidence", report).expect(201);
  expect(body).toEqual({ kept: 2, build: "build-1", isThisBuild: true });
  const allowed = async (id: string): Promise<unknown> =>
    (await request(side.app).get(`/api/routes/${id}`)).body.route.ceiling.allowedPercent;
  expect(await allowed("chat.health")).toBe(5);
  expect(await allowed("chat.history")).toBe(0);
  const other = await by(side)("post", "/api/evidence", { ...report, build: "build-2" });
  expect(other.body).toMatchObject({ kept: 2, isThisBuild: false });
});

test("what an operator says is logged, and the token is not", async () => {
  const side = openSide();
  side.observer.requestEnded(exchangeRecord({ decision: NATIVE }));
  await by(side)("post", "/api/kill-switch", { ...WHO, on: true }).expect(200);
  const logged = side.logLines.join("");
  expect(logged).toContain("the fix is deployed");
  expect(logged).not.toContain(ADMIN_TOKEN);
});
