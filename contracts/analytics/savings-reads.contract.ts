import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { detail, INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { integer } from "#contracts/schema/fields.ts";
import { anything, count, naiveTimestamp } from "#contracts/schema/values.ts";

export const analyticsSavingsRecent = defineRouteContract({
  id: "analytics.savings-recent",
  method: "GET",
  path: "/api/v1/pam/savings/recent",
  summary: "List the newest savings",
  auth: "bearer",
  request: { query: z.object({ limit: integer().default(10) }) },
  answers: {
    200: [
      json(
        z.strictObject({ success: z.literal(true), events: z.array(anything), count }),
        "Rows as they are; none where the legacy's store fails",
      ),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
    500: [
      detail("Failed to get recent savings: The database is not available", "The store fails", {
        side: "native",
      }),
    ],
  },
});

export const analyticsSavingsMonthly = defineRouteContract({
  id: "analytics.savings-monthly",
  method: "GET",
  path: "/api/v1/pam/savings/monthly",
  summary: "Read the running month's savings against the full price",
  auth: "bearer",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          total_savings: z.number(),
          savings_count: count,
          subscription_cost: z.literal(14),
          savings_shortfall: z.number(),
          percentage_achieved: z.number(),
          guarantee_met: z.boolean().describe("From 10.00 on"),
          billing_period_start: naiveTimestamp.describe("In the server's local time"),
          billing_period_end: naiveTimestamp.describe("Now, in the server's local time"),
        }),
        "The running month",
      ),
    ],
    401: UNAUTHORIZED,
    500: [detail("Failed to get monthly savings", "The store fails")],
  },
});

/** Rows pass through this model: other columns are dropped, and a row that does not fit is a 500. */
const savingsRow = z.strictObject({
  id: z.string(),
  amount_saved: z.number(),
  category: z.string(),
  description: z.string().nullable(),
  event_type: z.string(),
  created_at: z.string(),
});

export const analyticsSavingsEvents = defineRouteContract({
  id: "analytics.savings-events",
  method: "GET",
  path: "/api/v1/pam/savings/events",
  summary: "List the savings of the last days",
  auth: "bearer",
  request: { query: z.object({ limit: integer().default(10), days: integer().default(30) }) },
  answers: {
    200: [json(z.array(savingsRow), "The rows of the last days")],
    401: UNAUTHORIZED,
    422: INVALID,
    500: [detail("Failed to get savings events", "The store fails, or the days overflow")],
  },
});

export const analyticsSavingsCelebrate = defineRouteContract({
  id: "analytics.savings-celebrate",
  method: "GET",
  path: "/api/v1/pam/savings/celebrate",
  summary: "Ask whether this month's savings are worth a cheer",
  auth: "bearer",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          should_celebrate: z.boolean(),
          total_savings: z.number(),
          threshold: z.literal(10),
          message: z
            .string()
            .regex(/^PAM saved you \$\d+\.\d\d this month!$/)
            .nullable(),
        }),
        "The running month",
      ),
    ],
    401: UNAUTHORIZED,
    500: [detail("Failed to check celebration status", "The store fails")],
  },
});
