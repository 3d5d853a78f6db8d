import { expect, test } from "vitest";

import { evidenceEntrySchema, toComparison, toGuardEvidence } from "#delivery/evidence/index.ts";
import type { RouteReading, SignalReading } from "#delivery/guard/index.ts";
import { evidenceEntry } from "#support/evidence-entry.ts";

const { trip } = evidenceEntry("trip");
const { lift } = evidenceEntry("reset");

test("a trip and a reset become entries under their own times", () => {
  const tripped = toGuardEvidence({ kind: "tripped", trip, isOwn: true }, "build-2");
  const reset = toGuardEvidence({ kind: "reset", lift, isOwn: true }, "build-2");
  expect(tripped).toMatchObject({ kind: "trip", buildId: "build-2", atMs: trip.atMs });
  expect(reset).toMatchObject({ kind: "reset", routeId: "chat.health", atMs: lift.atMs });
  for (const entry of [tripped, reset]) {
    expect(evidenceEntrySchema.safeParse(entry).success).toBe(true);
  }
});

const signal = (verdict: SignalReading["verdict"], count = 50): SignalReading => ({
  counts: { native: { count, bad: 0 }, legacy: { count, bad: 0 } },
  evidence: 0,
  verdict,
});
const readingOf = (errors: SignalReading, latency: SignalReading): RouteReading => ({
  errors,
  latency,
  drift: signal("inconclusive", 0),
});

test.each([
  ["both are no worse", signal("no-worse"), signal("no-worse"), true],
  ["errors are worse", signal("worse"), signal("inconclusive"), false],
  ["latency is worse", signal("no-worse"), signal("worse"), false],
  ["latency is still open", signal("no-worse"), signal("inconclusive", 5), undefined],
  ["errors are still open", signal("inconclusive"), signal("no-worse"), undefined],
  ["a stream has no latency", signal("no-worse"), signal("inconclusive", 0), true],
] as const)("where %s, that is what the comparison says", (...[, errors, latency, isNoWorse]) => {
  expect(toComparison(readingOf(errors, latency))?.isNoWorse).toBe(isNoWorse);
});

test("of a route without native requests nothing is said", () => {
  expect(toComparison(undefined)).toBeUndefined();
});
