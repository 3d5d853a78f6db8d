import fc from "fast-check";
import { expect, test } from "vitest";

import type { FlagValue } from "#platform/flags/index.ts";
import { decide, type DecisionInput, KILL_SWITCH } from "#routing/decide.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const rowOf = (id: string) => {
  const route = ROUTE_TABLE.find((row) => row.id === id);
  if (route === undefined) throw new TypeError(`no row ${id}`);
  return route;
};
const health = rowOf("chat.health");

const input = (
  flags: Readonly<Record<string, FlagValue>>,
  more: Partial<DecisionInput> = {},
): DecisionInput => ({
  route: health,
  hasNative: true,
  override: undefined,
  evaluate: (name) => flags[name] ?? "absent",
  ...more,
});

test("no flag at all means legacy", () => {
  expect(decide(input({}))).toEqual({ side: "legacy", reason: "no-flag", flag: undefined });
});

test("the concern's flag decides where the route has none", () => {
  expect(decide(input({ "pam.chat": "on" }))).toEqual({
    side: "native",
    reason: "concern-flag",
    flag: "pam.chat",
  });
});

test("the route's flag wins over its concern's in both directions", () => {
  const off = decide(input({ "pam.chat": "on", "pam.chat.health": "off" }));
  const on = decide(input({ "pam.chat": "off", "pam.chat.health": "on" }));
  expect([off.side, off.reason]).toEqual(["legacy", "route-flag"]);
  expect([on.side, on.reason]).toEqual(["native", "route-flag"]);
});

test("the kill switch wins over flags and over an operator", () => {
  const decision = decide(input({ "pam.chat": "on", [KILL_SWITCH]: "on" }, { override: "native" }));
  expect(decision).toEqual({ side: "legacy", reason: "kill-switch", flag: KILL_SWITCH });
});

test("an operator wins over flags", () => {
  expect(decide(input({}, { override: "native" })).side).toBe("native");
  expect(decide(input({ "pam.chat": "on" }, { override: "legacy" })).reason).toBe("override");
});

test("a route without a native side goes to legacy whatever anybody says", () => {
  const decision = decide(input({ "pam.chat": "on" }, { hasNative: false, override: "native" }));
  expect(decision).toEqual({ side: "legacy", reason: "no-native", flag: undefined });
});

test("a path without a row goes to legacy", () => {
  expect(decide(input({}, { route: undefined })).reason).toBe("no-route");
});

test("a legacy-only route cannot be moved", () => {
  const decision = decide(input({}, { route: rowOf("debug.status"), override: "native" }));
  expect(decision).toEqual({ side: "legacy", reason: "legacy-only", flag: undefined });
});

test("native is only ever chosen for a route that has a native side and no kill switch", () => {
  const value = fc.constantFrom<FlagValue>("on", "off", "absent");
  const asked = fc.record({
    kill: value,
    concern: value,
    route: value,
    row: fc.constantFrom(...ROUTE_TABLE, undefined),
    hasNative: fc.boolean(),
    override: fc.constantFrom("legacy" as const, "native" as const, undefined),
  });
  fc.assert(
    fc.property(asked, ({ kill, concern, route, row, hasNative, override }) => {
      const { side } = decide({
        route: row,
        hasNative,
        override,
        evaluate: (name) => {
          if (name === KILL_SWITCH) return kill;
          return name.split(".").length > 2 ? route : concern;
        },
      });
      const mayBeNative =
        row !== undefined && row.concern !== "legacy-only" && hasNative && kill !== "on";
      expect(side === "native" && !mayBeNative).toBe(false);
    }),
  );
});
