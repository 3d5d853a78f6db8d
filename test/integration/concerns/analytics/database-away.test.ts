import { afterAll, beforeAll, expect, test } from "vitest";

import { type AnalyticsSide, startAnalyticsSide } from "./analytics-side.ts";

/** Nothing behind the native side takes connections. */
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

test.each([
  ["GET /monthly-savings", "Failed to get monthly savings status: The database is not available"],
  ["GET /savings-analytics", "Failed to get savings analytics: The database is not available"],
  ["GET /savings/recent", "Failed to get recent savings: The database is not available"],
  [
    "GET /savings/monthly-summary",
    "Failed to get monthly savings summary: The database is not available",
  ],
  [
    "GET /savings/guarantee-status",
    "Failed to get guarantee status: The database is not available",
  ],
  ["GET /savings/monthly", "Failed to get monthly savings"],
  ["GET /savings/events", "Failed to get savings events"],
  ["GET /savings/celebrate", "Failed to check celebration status"],
] as const)("%s is a 500, and no zeros", async (line, detail) => {
  const answer = await side.call(line);
  expect(answer.json()).toEqual({ detail });
  expect(answer.status).toBe(500);
});

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
