import { expect, test } from "vitest";

import { CONCERNS } from "#concerns/index.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { concernFlagOf, flagOf } from "#routing/route.ts";

const match = createRouteMatcher(ROUTE_TABLE);

test("every id is unique and well-formed", () => {
  const ids = ROUTE_TABLE.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z]+\.[a-z]+(-[a-z]+)*$/u.test(id))).toEqual([]);
});

test.each(ROUTE_TABLE.map((route) => [route.id, route] as const))(
  "%s is reached by its own path",
  (id, { method, path }) => {
    const target = path.replaceAll(/\{.+?\}/gu, "some-value");
    expect(match(method, target)?.route.id).toBe(id);
  },
);

test("a route's flag is its concern's flag with the route's name", () => {
  for (const route of ROUTE_TABLE.filter(({ concern }) => concern !== "legacy-only")) {
    expect(flagOf(route)).toBe(`pam.${route.id}`);
    expect(flagOf(route)?.startsWith(`${concernFlagOf(route)}.`)).toBe(true);
  }
});

test("a debug route has no flag", () => {
  const routes = ROUTE_TABLE.filter(({ id }) => id.startsWith("debug."));
  expect(routes.length).toBeGreaterThan(5);
  expect(routes.map(flagOf).every((flag) => flag === undefined)).toBe(true);
});

test("every concern has routes, and every handler of a concern has a row", () => {
  for (const { name, handlers } of CONCERNS) {
    const names = ROUTE_TABLE.filter(({ concern }) => concern === name).map(({ id }) => id);
    expect(names).not.toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining(Object.keys(handlers).map((handler) => `${name}.${handler}`)),
    );
  }
});

test("both PAM sockets stand in the table", () => {
  const sockets = ROUTE_TABLE.filter(({ method, concern }) => method === "WS" && concern === "ws");
  expect(sockets.map(({ path }) => path)).toEqual([
    "/api/v1/pam/ws/{user_id}",
    "/api/v1/pam/voice-hybrid/bridge/{user_id}",
  ]);
});
