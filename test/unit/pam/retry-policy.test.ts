import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  attemptMs,
  decideAfterFailure,
  FAILURE_RULES,
  FALLBACK_ORDER,
  PROVIDER_POLICY,
  STATUS_KINDS,
  toFailureKind,
  type FailureKind,
  type Standing,
} from "#pam/retry-policy.ts";

const FRESH: Standing = {
  failure: { kind: "server-error" },
  attemptsAtProvider: 1,
  attemptsOfCall: 1,
  attemptsLeftInTurn: 5,
  msLeft: 26_000,
  hasFallback: true,
};
const half = (): number => 0.5;
const decide = (standing: Partial<Standing>): unknown =>
  decideAfterFailure({ ...FRESH, ...standing }, half);

test("the numbers are those that were agreed", () => {
  expect(PROVIDER_POLICY).toMatchObject({
    connectMs: 3_000,
    firstAttemptMs: 12_000,
    nextAttemptMs: 10_000,
    firstTokenMs: 8_000,
    streamMs: 60_000,
    turnMs: 27_000,
    attemptsPerProvider: 2,
    attemptsPerCall: 3,
    attemptsPerTurn: 6,
    backoff: { baseMs: 250, capMs: 2_000 },
    maxRetryAfterMs: 2_000,
    breaker: { maxFailures: 5, windowMs: 30_000, openMs: 30_000 },
  });
  expect(FALLBACK_ORDER).toEqual({
    paid: ["anthropic", "openai", "deepseek"],
    free: ["deepseek", "openai", "anthropic"],
  });
});

test("three first tokens that never come leave the turn its time", () => {
  const { attemptsPerCall, firstTokenMs, turnMs } = PROVIDER_POLICY;
  expect(attemptsPerCall * firstTokenMs).toBeLessThan(turnMs);
});

const retried = (status: number): boolean => FAILURE_RULES[toFailureKind(status)].isRetried;

test.each([408, 409, 429, 500, 502, 503, 504, 520, 529, 599])("%s is retried", (status) => {
  expect(retried(status)).toBe(true);
});

test.each([400, 401, 402, 403, 404, 405, 410, 413, 415, 422, 451])(
  "%s is never retried",
  (status) => {
    expect(retried(status)).toBe(false);
  },
);

test("only what lies in the request itself keeps the next provider from being asked", () => {
  const kinds = Object.entries(FAILURE_RULES).filter(([, { fallsBack }]) => !fallsBack);
  expect(kinds.map(([kind]) => kind)).toEqual(["budget-spent", "request-too-large", "bad-request"]);
  expect(Object.values(STATUS_KINDS)).toContain("request-too-large");
});

describe("after a failure", () => {
  test("the same provider is asked again, after a pause with full jitter", () => {
    expect(decide({})).toEqual({ kind: "retry", delayMs: 125 });
  });

  test("the server's own wish counts instead of the jitter", () => {
    const failure = { kind: "rate-limited", retryAfterMs: 2_000 } as const;
    expect(decide({ failure })).toEqual({ kind: "retry", delayMs: 2_000 });
  });

  test("a server that wishes for more is left for the next provider at once", () => {
    const failure = { kind: "rate-limited", retryAfterMs: 2_001 } as const;
    expect(decide({ failure })).toEqual({ kind: "fall-back" });
    expect(decide({ failure, hasFallback: false })).toEqual({ kind: "give-up" });
  });

  test("a provider that was asked twice is left for the next one", () => {
    expect(decide({ attemptsAtProvider: 2, attemptsOfCall: 2 })).toEqual({ kind: "fall-back" });
  });

  test("three attempts are all that a call gets", () => {
    expect(decide({ attemptsOfCall: 3 })).toEqual({ kind: "give-up" });
  });

  test("a turn without attempts left is over", () => {
    expect(decide({ attemptsLeftInTurn: 0 })).toEqual({ kind: "give-up" });
  });

  test("an attempt that could not have three seconds is not begun", () => {
    expect(decide({ msLeft: 2_999 })).toEqual({ kind: "give-up" });
    expect(decide({ msLeft: 3_000 })).toEqual({ kind: "fall-back" });
    expect(decide({ msLeft: 3_125 })).toEqual({ kind: "retry", delayMs: 125 });
  });
});

test("an attempt has its own time, the first one more, and none more than is left", () => {
  expect(attemptMs(0, 27_000)).toBe(12_000);
  expect(attemptMs(1, 27_000)).toBe(10_000);
  expect(attemptMs(2, 4_000)).toBe(4_000);
});

test("whatever happens, no decision breaks a limit", () => {
  const kinds = Object.keys(FAILURE_RULES) as FailureKind[];
  const standings = fc.record({
    failure: fc.record({
      kind: fc.constantFrom(...kinds),
      retryAfterMs: fc.option(fc.nat(10_000), { nil: undefined }),
    }),
    attemptsAtProvider: fc.integer({ min: 0, max: 4 }),
    attemptsOfCall: fc.integer({ min: 0, max: 5 }),
    attemptsLeftInTurn: fc.integer({ min: 0, max: 6 }),
    msLeft: fc.nat(27_000),
    hasFallback: fc.boolean(),
  });
  fc.assert(
    fc.property(standings, fc.double({ min: 0, max: 0.999, noNaN: true }), (standing, drawn) => {
      const decision = decideAfterFailure(standing, () => drawn);
      if (decision.kind === "give-up") return;
      expect(standing.attemptsOfCall).toBeLessThan(3);
      expect(standing.attemptsLeftInTurn).toBeGreaterThan(0);
      const rule = FAILURE_RULES[standing.failure.kind];
      const isAllowed =
        decision.kind === "fall-back"
          ? rule.fallsBack && standing.hasFallback
          : rule.isRetried && standing.attemptsAtProvider < 2;
      expect(isAllowed).toBe(true);
      const delayMs = decision.kind === "retry" ? decision.delayMs : 0;
      expect(delayMs).toBeLessThanOrEqual(2_000);
      expect(standing.msLeft - delayMs).toBeGreaterThanOrEqual(3_000);
    }),
  );
});
