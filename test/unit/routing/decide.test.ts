import fc from "fast-check";
import { expect, test } from "vitest";

import type { FlagValue } from "#platform/flags/index.ts";
import { decide, type DecisionInput, KILL_SWITCH } from "#routing/decide.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { NO_SAFEGUARDS, type Safeguards } from "#routing/safeguards.ts";

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
  safeguards: NO_SAFEGUARDS,
  evaluate: (name) => flags[name] ?? "absent",
  positionOf: () => 1,
  ...more,
});

const tripped: Safeguards = { ...NO_SAFEGUARDS, isTripped: (id) => id === health.id };
const limitedTo = (allowedPercent: number, isEnforced: boolean): Safeguards => ({
  ...NO_SAFEGUARDS,
  ceilingOf: () => ({ allowedPercent, isEnforced }),
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

test("a tripped guard wins over flags and over an operator, and gives way to the kill switch", () => {
  const flags = { "pam.chat": "on" } as const;
  const decision = decide(input(flags, { override: "native", safeguards: tripped }));
  expect(decision).toEqual({ side: "legacy", reason: "guard-tripped", flag: undefined });
  const killed = decide(input({ ...flags, [KILL_SWITCH]: "on" }, { safeguards: tripped }));
  expect(killed.reason).toBe("kill-switch");
});

test("a guard that tripped for one route says nothing of another", () => {
  const other = input({ "pam.chat": "on" }, { route: rowOf("chat.send"), safeguards: tripped });
  expect(decide(other).side).toBe("native");
});

test("an enforced ceiling keeps a cohort past it on legacy, and tells the flag and the share", () => {
  const safeguards = limitedTo(25, true);
  const decision = decide(input({ "pam.chat": "on" }, { safeguards, positionOf: () => 26 }));
  expect(decision).toEqual({
    side: "legacy",
    reason: "ceiling",
    flag: "pam.chat",
    clamp: { allowedPercent: 25, position: 26, isEnforced: true },
  });
  const inside = decide(input({ "pam.chat": "on" }, { safeguards, positionOf: () => 25 }));
  expect(inside).toEqual({ side: "native", reason: "concern-flag", flag: "pam.chat" });
});

test("a ceiling that is only reported clamps nothing and says what it would", () => {
  const safeguards = limitedTo(5, false);
  const decision = decide(input({ "pam.chat": "on" }, { safeguards, positionOf: () => 6 }));
  expect(decision).toEqual({
    side: "native",
    reason: "concern-flag",
    flag: "pam.chat",
    clamp: { allowedPercent: 5, position: 6, isEnforced: false },
  });
});

test("a ceiling gives nobody what their flag does not, and does not bind an operator", () => {
  const safeguards = limitedTo(50, true);
  const off = decide(input({ "pam.chat": "off" }, { safeguards }));
  expect([off.side, off.reason]).toEqual(["legacy", "concern-flag"]);
  const forced = decide(input({}, { safeguards: limitedTo(0, true), override: "native" }));
  expect([forced.side, forced.reason]).toEqual(["native", "override"]);
});

const positionOf = (): number => {
  throw new Error("asked in vain");
};

test("the position is asked for only where a ceiling could clamp", () => {
  const on = { "pam.chat": "on" } as const;
  expect(decide(input(on, { positionOf })).side).toBe("native");
  expect(decide(input(on, { positionOf, safeguards: limitedTo(100, true) })).side).toBe("native");
  const off = input({ "pam.chat": "off" }, { positionOf, safeguards: limitedTo(5, true) });
  expect(decide(off).side).toBe("legacy");
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

test("native is chosen exactly where a native side stands, nothing is against it and somebody is for it", () => {
  const value = fc.constantFrom<FlagValue>("on", "off", "absent");
  const asked = fc.record({
    kill: value,
    concern: value,
    route: value,
    row: fc.constantFrom(...ROUTE_TABLE, undefined),
    hasNative: fc.boolean(),
    override: fc.constantFrom("legacy" as const, "native" as const, undefined),
    isTripped: fc.boolean(),
    allowedPercent: fc.constantFrom(0, 5, 25, 50, 100),
    position: fc.integer({ min: 1, max: 100 }),
  });
  fc.assert(
    fc.property(asked, ({ kill, concern, route, row, hasNative, override, ...more }) => {
      const { side } = decide({
        route: row,
        hasNative,
        override,
        safeguards: {
          isTripped: () => more.isTripped,
          ceilingOf: () => ({ allowedPercent: more.allowedPercent, isEnforced: true }),
        },
        evaluate: (name) => {
          if (name === KILL_SWITCH) return kill;
          return name.split(".").length > 2 ? route : concern;
        },
        positionOf: () => more.position,
      });
      const canBeNative =
        row !== undefined && row.concern !== "legacy-only" && hasNative && kill !== "on";
      const flag = route === "absent" ? concern : route;
      const isGiven = flag === "on" && more.position <= more.allowedPercent;
      const isNative = override === undefined ? isGiven : override === "native";
      expect(side === "native").toBe(canBeNative && !more.isTripped && isNative);
    }),
  );
});
