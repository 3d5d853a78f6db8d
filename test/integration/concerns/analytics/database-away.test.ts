import { afterAll, beforeAll, expect, test } from "vitest";

import { type AnalyticsSide, startAnalyticsSide } from "./analytics-side.ts";

/** What the legacy answered while nothing behind it took connections. */
let side: AnalyticsSide;
beforeAll(async () => {
  side = await startAnalyticsSide({
    async database() {
      const error = new Error("connect ECONNREFUSED 10.0.0.7:5432");
      throw Object.assign(error, { code: "ECONNREFUSED" });
    },
  });
}, 60_000);
afterAll(async () => side[Symbol.asyncDispose]());

const ZEROS = {
  guarantee_met: false,
  total_savings: 0,
  subscription_cost: 9.99,
  savings_shortfall: 9.99,
  savings_events_count: 0,
  billing_period_start: "2026-03-01",
  billing_period_end: "2026-03-31",
  percentage_achieved: 0,
};

test.each([
  ["GET /savings/recent", 200, { success: true, events: [], count: 0 }],
  ["GET /savings/monthly-summary", 200, { success: true, summary: {} }],
  ["GET /savings/guarantee-status", 200, { success: true, guarantee_status: ZEROS }],
  ["GET /savings/monthly", 500, { detail: "Failed to get monthly savings" }],
  ["GET /savings/events", 500, { detail: "Failed to get savings events" }],
  ["GET /savings/celebrate", 500, { detail: "Failed to check celebration status" }],
] as const)("%s answers %i", async (line, status, body) => {
  const answer = await side.call(line);
  expect(answer.json()).toEqual(body);
  expect(answer.status).toBe(status);
});

test.each(["GET /monthly-savings", "GET /savings-analytics"] as const)(
  "%s gives zeros with a note",
  async (line) => {
    const answer = await side.call(line);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain("will be enabled after database migration");
  },
);

test.each([
  [
    "POST /savings/record",
    {
      savings_type: "fuel_optimization",
      predicted_savings: 5,
      actual_savings: 4,
      baseline_cost: 20,
      optimized_cost: 16,
      description: "Cheaper diesel",
      verification_method: "user_confirmation",
    },
    "Failed to record savings event: The database is not available",
  ],
  [
    "POST /savings/detect",
    { expense_amount: 10, category: "fuel" },
    "Failed to detect savings: The database is not available",
  ],
  [
    "POST /recommendations/with-savings-prediction",
    { title: "a", description: "b", category: "c", predicted_savings: 1 },
    "Failed to create recommendation: The database is not available",
  ],
] as const)("%s is a 400 that tells no address", async (line, body, detail) => {
  const answer = await side.call(line, { body });
  expect(answer.status).toBe(400);
  expect(answer.json()).toEqual({ detail });
});

test.each([
  "GET /logs/status",
  "GET /logs/events/recent",
  "GET /logs/analytics",
  "POST /logs/search?query=a",
  "POST /logs/export",
] as const)("%s is the legacy's own 500", async (line) => {
  const answer = await side.call(line);
  const [, path = ""] = /^\S+ ([^?]+)/.exec(line) ?? [];
  expect(answer.status).toBe(500);
  expect(answer.json()).toEqual({
    error: "Internal server error",
    path: `/api/v1/pam${path}`,
    timestamp: "2026-03-15T10:20:30.123000",
  });
});
