import fc from "fast-check";
import { expect, test } from "vitest";

import { SOCKET_POLICY } from "#client/index.ts";
import { decideAfterLoss, type LossFacts } from "#client/socket/decide-after-loss.ts";
import { SOCKET_CLOSES } from "#contracts/ws/closes.ts";

const decide = (facts: Partial<LossFacts>) =>
  decideAfterLoss({
    closeCode: undefined,
    reason: "",
    failures: 1,
    retryAfterMs: undefined,
    random: () => 0.5,
    policy: SOCKET_POLICY,
    ...facts,
  });

test("the wait doubles with each failure in a row, up to its cap", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 19].map((failures) => decide({ failures }));
  expect(waits.map((step) => (step.kind === "reconnect" ? step.delayMs : step))).toEqual([
    500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000,
  ]);
});

test("no wait is beyond its bounds, whatever the dice say", () => {
  const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(dice, fc.integer({ min: 1, max: 19 }), (random, failures) => {
      const step = decide({ failures, random: () => random });
      const ceilingMs = Math.min(30_000, 1000 * 2 ** (failures - 1));
      expect(step.kind === "reconnect" && step.delayMs >= 0 && step.delayMs <= ceilingMs).toBe(
        true,
      );
    }),
  );
});

test("after the last attempt it stops", () => {
  expect(decide({ failures: 20 })).toEqual({ kind: "stop", failure: { kind: "unreachable" } });
});

test.each([4001, 1008])("%i wants another token", (closeCode) => {
  expect(decide({ closeCode })).toMatchObject({ kind: "reconnect", needsOtherToken: true });
});

test("4008 waits as long as was asked, or for the whole window", () => {
  expect(decide({ closeCode: 4008, retryAfterMs: 7000 })).toMatchObject({ delayMs: 7000 });
  expect(decide({ closeCode: 4008 })).toMatchObject({ delayMs: 60_000 });
});

test("a normal close is somebody's wish", () => {
  expect(decide({ closeCode: 1000, reason: "bye" })).toEqual({
    kind: "stop",
    failure: { kind: "connection-lost", closeCode: 1000, reason: "bye" },
  });
});

test("only the contract's 4001 wants another token; every other close comes back by itself", () => {
  const codes = [...new Set(SOCKET_CLOSES.map(({ code }) => code))];
  const steps = codes.map((closeCode) => [closeCode, decide({ closeCode })] as const);
  expect(steps.filter(([, step]) => step.kind !== "reconnect")).toEqual([]);
  const wanting = steps.filter(([, step]) => step.kind === "reconnect" && step.needsOtherToken);
  expect(wanting.map(([code]) => code)).toEqual([4001]);
});
