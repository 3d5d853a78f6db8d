import { expect, test } from "vitest";

import { createAuthenticator } from "#platform/auth.ts";
import { systemClock } from "#platform/clock.ts";
import { parseTrust } from "#platform/trust.ts";
import { createExplainer, explainRequestSchema } from "#routing/explain.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { createResolver } from "#routing/resolve.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { NO_SAFEGUARDS, type Safeguards } from "#routing/safeguards.ts";
import { signToken, TOKEN_SECRET } from "#support/sign-token.ts";

const freshness = {
  state: "static",
  source: "none",
  ageMs: undefined,
  problem: undefined,
} as const;
const heldFlags = {
  freshness: () => freshness,
  evaluate: (name: string) => (name === "pam.chat" ? ("on" as const) : ("absent" as const)),
  positionOf: () => 40,
};

const explainWith = (safeguards: Safeguards) =>
  createExplainer({
    resolve: createResolver({
      matchRoute: createRouteMatcher(ROUTE_TABLE),
      flags: heldFlags,
      hasNative: (id) => id === "chat.health",
      safeguards,
      adminToken: undefined,
    }),
    flags: heldFlags,
    safeguards,
    trust: parseTrust("off"),
    authenticator: createAuthenticator({
      jwtSecret: TOKEN_SECRET,
      jwksUrl: undefined,
      clock: systemClock,
    }),
  });
const explain = explainWith(NO_SAFEGUARDS);
const explained = async (value: unknown) => explain(explainRequestSchema.parse(value));

test("an explanation names route, concern, cohort, each flag looked at, and the reason", async () => {
  const token = await signToken({ sub: "u1" });
  const explanation = await explained({
    method: "get",
    path: "/api/v1/pam/health",
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(explanation).toMatchObject({
    route: { id: "chat.health", flag: "pam.chat.health" },
    concern: "chat",
    cohort: { kind: "subject", token: "verified" },
    flags: [
      { name: "pam.legacy-only", value: "absent" },
      { name: "pam.chat.health", value: "absent" },
      { name: "pam.chat", value: "on" },
    ],
    decision: { side: "native", reason: "concern-flag", flag: "pam.chat" },
    freshness: { state: "static" },
  });
  expect(JSON.stringify(explanation)).not.toContain(token);
  expect(JSON.stringify(explanation)).not.toContain("u1");
});

test("a forged token gives the cohort of its sub, marked unverified", async () => {
  const token = await signToken({ sub: "u1" }, "another-secret-another-secret-another");
  const headers = { authorization: `Bearer ${token}` };
  const { cohort } = await explained({ method: "GET", path: "/api/v1/pam/health", headers });
  const good = await explained({
    method: "GET",
    path: "/api/v1/pam/health",
    headers: { authorization: `Bearer ${await signToken({ sub: "u1" })}` },
  });
  expect(cohort).toEqual({ ...good.cohort, token: "unverified" });
});

test("a handshake is explained as one, by method or by its Upgrade header", async () => {
  const path = "/api/v1/pam/ws/u1?token=t";
  const byMethod = await explained({ method: "WS", path });
  const byHeader = await explained({ method: "GET", path, headers: { Upgrade: "WebSocket" } });
  expect(byMethod.route?.id).toBe("ws.socket");
  expect(byHeader).toEqual(byMethod);
});

test("every flag of a route is shown, one without a native side included", async () => {
  const { flags, decision } = await explained({ method: "POST", path: "/api/v1/pam/chat" });
  expect(flags).toEqual([
    { name: "pam.legacy-only", value: "absent" },
    { name: "pam.chat.send", value: "absent" },
    { name: "pam.chat", value: "on" },
  ]);
  expect(decision.reason).toBe("no-native");
});

test("an untrusted peer's word about its client is not believed, as with live traffic", async () => {
  const path = "/api/v1/pam/health";
  const forwarded = await explained({
    method: "GET",
    path,
    headers: { "X-Forwarded-For": "6.6.6.6" },
  });
  expect(forwarded.cohort).toEqual((await explained({ method: "GET", path })).cohort);
});

test.each(["/a b", "/a#b", "no-slash", "/a\r\nb"])(
  "%j cannot be explained: it would be refused",
  (path) => {
    expect(explainRequestSchema.safeParse({ method: "GET", path }).success).toBe(false);
  },
);

test("a path without a row is explained too", async () => {
  const { route, concern, decision } = await explained({ method: "GET", path: "/nope" });
  expect([route, concern, decision.reason]).toEqual([null, null, "no-route"]);
});

const health = explainRequestSchema.parse({ method: "GET", path: "/api/v1/pam/health" });
const limitedTo = (allowedPercent: number, isEnforced: boolean): Safeguards => ({
  ...NO_SAFEGUARDS,
  ceilingOf: () => ({ allowedPercent, isEnforced }),
});

test("what limits nothing is explained as nothing", async () => {
  const { guard, ceiling } = await explain(health);
  expect([guard?.state, ceiling]).toEqual(["armed", null]);
  const unrouted = await explained({ method: "GET", path: "/nope" });
  expect(unrouted.guard).toBeNull();
});

test("a tripped guard is explained by who can undo it", async () => {
  const { guard, decision } = await explainWith({ ...NO_SAFEGUARDS, isTripped: () => true })(
    health,
  );
  expect(decision.reason).toBe("guard-tripped");
  expect(guard).toEqual({ state: "tripped", sentence: decision.sentence });
  expect(decision.sentence).toContain("until a person resets it");
});

test.each([
  { allowedPercent: 25, isEnforced: true, side: "legacy", words: "stays on legacy" },
  { allowedPercent: 25, isEnforced: false, side: "native", words: "would stay on legacy" },
  { allowedPercent: 40, isEnforced: true, side: "native", words: "is number 40 of 100." },
])("a ceiling of $allowedPercent %, enforced $isEnforced, is explained", async (given) => {
  const { allowedPercent, isEnforced, side, words } = given;
  const explainLimited = explainWith(limitedTo(allowedPercent, isEnforced));
  const { decision, ceiling } = await explainLimited(health);
  expect(decision.side).toBe(side);
  expect(ceiling).toMatchObject({ allowedPercent, position: 40, isEnforced });
  expect(ceiling?.sentence).toContain(words);
});
