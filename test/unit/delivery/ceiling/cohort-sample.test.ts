import { hash } from "node:crypto";

import { expect, test } from "vitest";

import { createCohortSample } from "#delivery/ceiling/index.ts";
import type { Side } from "#routing/decide.ts";
import { exchangeRecord, routeOf } from "#support/exchange-record.ts";
import { createManualClock } from "#support/manual-clock.ts";

const cohortOf = (index: number): string => hash("sha256", `cohort ${index}`).slice(0, 12);
const recordOf = (index: number, side: Side = "legacy", position = (index % 100) + 1) =>
  exchangeRecord({
    cohort: cohortOf(index),
    decision: { side, reason: "route-flag", flag: "pam.chat" },
    caller: { clientLabel: () => "curl", parameterNames: () => [], positionOf: () => position },
  });

function setUp() {
  const clock = createManualClock();
  return { clock, sample: createCohortSample(() => clock.monotonicMs()) };
}

test("a few cohorts are all known, each once, on the side it was last sent to", () => {
  const { sample } = setUp();
  for (let round = 0; round < 10; round += 1) {
    sample.note(recordOf(1));
    sample.note(recordOf(2, round === 9 ? "native" : "legacy"));
  }
  expect(sample.of("chat.health")).toEqual({
    cohorts: [
      { position: 2, side: "legacy" },
      { position: 3, side: "native" },
    ],
    estimatedCount: 2,
  });
});

test.each([1_000, 20_000])("of %d cohorts a bounded and even sample is kept", (count) => {
  const { sample } = setUp();
  for (let index = 0; index < count; index += 1) sample.note(recordOf(index));
  const { cohorts, estimatedCount } = sample.of("chat.health");
  expect(cohorts.length).toBeLessThanOrEqual(256);
  expect(cohorts.length).toBeGreaterThan(64);
  // Four standard errors of a sample of 128.
  expect(Math.abs(estimatedCount - count) / count).toBeLessThan(0.36);
  const low = cohorts.filter(({ position }) => position <= 50).length / cohorts.length;
  expect(Math.abs(low - 0.5)).toBeLessThan(0.2);
});

test("positions are worked out for those who are kept, not for every request", () => {
  const { sample } = setUp();
  let asked = 0;
  for (let index = 0; index < 50_000; index += 1) {
    const record = recordOf(index % 10_000);
    const positionOf = (): number => (asked += 1);
    sample.note({ ...record, caller: { ...record.caller, positionOf } });
  }
  expect(asked).toBeLessThan(3_000);
});

test("who is away for a quarter of an hour is live no more", () => {
  const { sample, clock } = setUp();
  sample.note(recordOf(1));
  clock.advance(600_000);
  sample.note(recordOf(2));
  clock.advance(400_000);
  expect(sample.of("chat.health").cohorts).toEqual([{ position: 3, side: "legacy" }]);
});

test("a crowd that has left makes room: whoever comes then is known again", () => {
  const { sample, clock } = setUp();
  for (let index = 0; index < 5_000; index += 1) sample.note(recordOf(index));
  clock.advance(1_000_000);
  for (let index = 10_000; index < 30_000; index += 1) sample.note(recordOf(index));
  const { estimatedCount } = sample.of("chat.health");
  expect(Math.abs(estimatedCount - 20_000) / 20_000).toBeLessThan(0.36);
});

test("what has no flag and what is nobody's route is not sampled", () => {
  const { sample } = setUp();
  sample.note(exchangeRecord({ route: undefined }));
  sample.note(
    exchangeRecord({
      route: routeOf("debug.status"),
      decision: { side: "legacy", reason: "legacy-only", flag: undefined },
    }),
  );
  sample.note(exchangeRecord({ cohort: "no hash" }));
  expect(sample.of("debug.status").cohorts).toEqual([]);
  expect(sample.of("chat.health").cohorts).toEqual([]);
});
