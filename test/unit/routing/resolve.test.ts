import { expect, test } from "vitest";

import { createRouteMatcher } from "#routing/match-route.ts";
import { createResolver } from "#routing/resolve.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const ADMIN_TOKEN = "an-admin-token-0123456789";
const facts = {
  method: "GET",
  target: "/api/v1/pam/health",
  headers: {},
  clientAddress: "203.0.113.9",
};

const resolverWith = (on: readonly string[], adminToken: string | undefined = ADMIN_TOKEN) =>
  createResolver({
    matchRoute: createRouteMatcher(ROUTE_TABLE),
    flags: { evaluate: (name) => (on.includes(name) ? "on" : "absent"), positionOf: () => 1 },
    hasNative: (id) => id === "chat.health",
    adminToken,
  });

test("flags are looked at in the order of the rules, and no further than needed", () => {
  const names: string[] = [];
  const resolve = createResolver({
    matchRoute: createRouteMatcher(ROUTE_TABLE),
    flags: {
      evaluate: (name) => {
        names.push(name);
        return name === "pam.chat.health" ? "on" : "absent";
      },
      positionOf: () => 1,
    },
    hasNative: () => true,
    adminToken: undefined,
  });
  resolve(facts);
  expect(names).toEqual(["pam.legacy-only", "pam.chat.health"]);
});

test("the flag is evaluated for the cohort and the address of the request", () => {
  const subjects: unknown[] = [];
  const resolve = createResolver({
    matchRoute: createRouteMatcher(ROUTE_TABLE),
    flags: {
      evaluate: (_name, subject) => {
        subjects.push(subject);
        return "absent";
      },
      positionOf: () => 1,
    },
    hasNative: () => true,
    adminToken: undefined,
  });
  const { cohort } = resolve(facts);
  expect(subjects[0]).toEqual({ key: cohort.key, remoteAddress: "203.0.113.9" });
});

test.each([
  ["native", ADMIN_TOKEN, "native"],
  ["legacy", ADMIN_TOKEN, "legacy"],
  ["native", `${ADMIN_TOKEN}x`, "legacy"],
  ["native", "", "legacy"],
  ["sideways", ADMIN_TOKEN, "legacy"],
])("an override to %s with the token %s ends at %s", (side, token, expected) => {
  const headers = { "x-banyan-override": side, "x-banyan-admin-token": token };
  expect(resolverWith([])({ ...facts, headers }).decision.side).toBe(expected);
});

test("nobody can override where no admin token is set", () => {
  const resolve = createResolver({
    matchRoute: createRouteMatcher(ROUTE_TABLE),
    flags: { evaluate: () => "absent", positionOf: () => 1 },
    hasNative: () => true,
    adminToken: undefined,
  });
  const headers = { "x-banyan-override": "native", "x-banyan-admin-token": "" };
  expect(resolve({ ...facts, headers }).decision.side).toBe("legacy");
});

test("safeguards are asked about the route, and the draw about the cohort of the request", () => {
  const asked: unknown[] = [];
  const resolve = createResolver({
    matchRoute: createRouteMatcher(ROUTE_TABLE),
    flags: {
      evaluate: (name) => (name === "pam.chat" ? "on" : "absent"),
      positionOf(name, subject) {
        asked.push([name, subject]);
        return 90;
      },
    },
    hasNative: () => true,
    safeguards: {
      isTripped: (id) => id !== "chat.health",
      ceilingOf: (id) => ({ allowedPercent: id === "chat.health" ? 50 : 100, isEnforced: true }),
    },
    adminToken: undefined,
  });
  const { cohort, decision } = resolve(facts);
  expect(decision.reason).toBe("ceiling");
  expect(asked).toEqual([["pam.chat", { key: cohort.key, remoteAddress: "203.0.113.9" }]]);
  expect(resolve({ ...facts, target: "/api/v1/pam/history" }).decision.reason).toBe(
    "guard-tripped",
  );
});
