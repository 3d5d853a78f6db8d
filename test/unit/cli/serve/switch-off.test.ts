import { expect, test } from "vitest";

import { createSwitchOff } from "#cli/serve/switch-off.ts";
import type { EvidenceEntry } from "#delivery/evidence/index.ts";
import type { FlagEditor } from "#platform/flags/index.ts";

const NOW_MS = Date.UTC(2026, 10, 22);

const tripOf = (routeId: string) => ({
  id: "t1",
  routeId,
  atMs: NOW_MS,
  signal: "errors" as const,
  counts: { native: { count: 20, bad: 20 }, legacy: { count: 20, bad: 0 } },
});

function toSwitchOff(editor: FlagEditor) {
  const entries: EvidenceEntry[] = [];
  const switchOff = createSwitchOff({
    editor,
    evidence: { put: (entry) => void entries.push(entry) },
    buildId: "b1",
    clock: { now: () => NOW_MS },
  });
  return { switchOff, entries };
}

test("a trip turns the route's own flag off, and that is written down as the guard's doing", async () => {
  const orders: unknown[] = [];
  const { switchOff, entries } = toSwitchOff({
    set: async (flag, ...order) => {
      orders.push([flag, ...order]);
      return { flag, from: "25 % by userId", to: "never (disabled)" };
    },
  });
  await switchOff(tripOf("chat.send"));
  expect(orders).toEqual([["pam.chat.send", "off", "guard"]]);
  expect(entries).toMatchObject([
    {
      kind: "flip",
      routeId: "chat.send",
      buildId: "b1",
      flag: "pam.chat.send",
      from: "25 % by userId",
      to: "never (disabled)",
      by: "guard",
    },
  ]);
});

test("a flag that was not turned is not written down as turned", async () => {
  const { switchOff, entries } = toSwitchOff({
    set: async () => {
      throw new Error("Unleash is away");
    },
  });
  await expect(switchOff(tripOf("chat.send"))).rejects.toThrow("Unleash is away");
  expect(entries).toEqual([]);
});

test("a route that no row names has no flag to be turned off", async () => {
  const { switchOff, entries } = toSwitchOff({
    set: async () => {
      throw new Error("Nothing is to be set");
    },
  });
  await switchOff(tripOf("nowhere"));
  expect(entries).toEqual([]);
});
