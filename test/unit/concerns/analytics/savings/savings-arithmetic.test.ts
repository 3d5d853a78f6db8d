import { describe, expect, test } from "vitest";

import { firstOfMonth, readBillingPeriod } from "#concerns/analytics/savings/billing-period.ts";
import { toGuaranteeStatus } from "#concerns/analytics/savings/guarantee.ts";
import { amountProblem, percentOf, shortfall } from "#concerns/analytics/savings/money.ts";
import {
  type SavingsEvent,
  savingsEventProblem,
} from "#concerns/analytics/savings/savings-event.ts";
import { toStoreProblem } from "#concerns/analytics/savings/store-problem.ts";

const LATE_IN_MARCH = Date.UTC(2026, 2, 31, 23, 59);

describe("a billing period", () => {
  test.each([null, ""])("without a month (%j) begins on the first of the current one", (month) => {
    expect(readBillingPeriod(month, LATE_IN_MARCH)).toEqual({
      ok: true,
      period: { start: "2026-03-01", end: "2026-03-31" },
    });
  });

  test("begins on any day that is asked for", () => {
    expect(readBillingPeriod("20250215", LATE_IN_MARCH)).toEqual({
      ok: true,
      period: { start: "2025-02-15", end: "2025-03-17" },
    });
  });

  test("does not reach behind the last day of the calendar", () => {
    expect(readBillingPeriod("9999-12-31", LATE_IN_MARCH)).toEqual({
      ok: false,
      problem: "date value out of range",
    });
  });

  test("is of the month in UTC", () => {
    expect(firstOfMonth(Date.UTC(2026, 3, 1))).toBe("2026-04-01");
    expect(firstOfMonth(Date.UTC(2026, 3, 1) - 1)).toBe("2026-03-01");
  });
});

describe("money", () => {
  test("is missing up to a goal, and never less than nothing", () => {
    expect(shortfall(13.75, 14)).toBe(0.25);
    expect(shortfall(14.01, 14)).toBe(0);
  });

  test("may be more than the whole of a goal, and is nothing of no goal", () => {
    expect(percentOf(13.75, 9.99)).toBe(137.63763763763762);
    expect(percentOf(5, 0)).toBe(0);
  });

  test.each([
    [[1, -1, 99_999_999.99], undefined],
    [[1, Number.NaN], "Out of range float values are not JSON compliant"],
    [[Number.POSITIVE_INFINITY], "Out of range float values are not JSON compliant"],
    [[-100_000_000], "numeric field overflow"],
  ])("%j is refused as %j", (amounts, problem) => {
    expect(amountProblem(amounts)).toBe(problem);
  });
});

describe("the guarantee", () => {
  const period = { start: "2026-03-01", end: "2026-03-31" };

  test("compares what was saved with what the plan costs", () => {
    const totals = {
      guarantee_met: true,
      total_actual_savings: 13.75,
      savings_events_count: 3,
      subscription_cost: 9.99,
    };
    expect(toGuaranteeStatus(totals, period)).toEqual({
      guarantee_met: true,
      total_savings: 13.75,
      subscription_cost: 9.99,
      savings_shortfall: 0,
      savings_events_count: 3,
      billing_period_start: "2026-03-01",
      billing_period_end: "2026-03-31",
      percentage_achieved: 137.63763763763762,
    });
  });

  test("is worked out where another writer left it out", () => {
    const totals = {
      guarantee_met: null,
      total_actual_savings: 8.25,
      savings_events_count: null,
      subscription_cost: 8.25,
    };
    expect(toGuaranteeStatus(totals, period)).toMatchObject({
      guarantee_met: true,
      savings_events_count: 0,
    });
  });

  test("is zeros where nothing is known", () => {
    expect(toGuaranteeStatus(undefined, period)).toMatchObject({
      guarantee_met: false,
      total_savings: 0,
      savings_shortfall: 9.99,
      percentage_achieved: 0,
    });
  });
});

describe("an event that validation let pass", () => {
  const event: SavingsEvent = {
    savings_type: "fuel_optimization",
    predicted_savings: 5,
    actual_savings: 4,
    baseline_cost: 20,
    optimized_cost: 16,
    description: "Cheaper diesel",
    verification_method: "user_confirmation",
    confidence_score: 0.8,
    location: null,
    category: "fuel",
    recommendation_id: null,
  };

  test.each<[string, Partial<SavingsEvent>, string | undefined]>([
    ["is stored", {}, undefined],
    ["is stored without a confidence", { confidence_score: null }, undefined],
    ["is stored without a place", { location: [] }, undefined],
    ["is stored with a place", { location: [33.4, -112] }, undefined],
    ["has a known type", { savings_type: "it's" }, `"it's" is not a valid SavingsType`],
    [
      "has a known method",
      { verification_method: "bank_statement_analysis" },
      "'bank_statement_analysis' is not a valid VerificationMethod",
    ],
    [
      "has no half of a place",
      { location: [1] },
      "not enough values to unpack (expected 2, got 1)",
    ],
    ["has no height", { location: [1, 2, 3] }, "too many values to unpack (expected 2)"],
    [
      "is certain to a number",
      { confidence_score: Number.NaN },
      "Out of range float values are not JSON compliant",
    ],
    ["is not worth a country", { actual_savings: 1e9 }, "numeric field overflow"],
  ])("%s", (_, change, problem) => {
    expect(savingsEventProblem({ ...event, ...change })).toBe(problem);
  });
});

describe("what a caller reads of a failing database", () => {
  test("is its message where the data is at fault", () => {
    const error = Object.assign(new Error("numeric field overflow"), { code: "22003" });
    expect(toStoreProblem(error)).toBe("numeric field overflow");
  });

  test.each([
    Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:5432"), { code: "ECONNREFUSED" }),
    Object.assign(new Error('relation "secret" does not exist'), { code: "42P01" }),
    "a text",
    undefined,
  ])("tells nothing of the inside", (error) => {
    expect(toStoreProblem(error)).toBe("The database is not available");
  });
});
