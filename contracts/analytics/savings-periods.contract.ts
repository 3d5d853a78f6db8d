import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { detail, detailStarting, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { optional, text } from "#contracts/schema/fields.ts";
import { anything, calendarDate } from "#contracts/schema/values.ts";

/** An ISO date of any of the forms that Python reads; absent or empty is the current month. */
const month = z.object({ month: optional(text()) });

export const analyticsMonthlySummary = defineRouteContract({
  id: "analytics.monthly-summary",
  method: "GET",
  path: "/api/v1/pam/savings/monthly-summary",
  summary: "Read a month's savings summary, made where it is missing",
  auth: "bearer",
  request: { query: month },
  answers: {
    200: [
      json(
        z.strictObject({ success: z.literal(true), summary: anything }),
        "The row as it is, or an empty object where the legacy's store fails",
      ),
    ],
    400: [detailStarting("Failed to get monthly savings summary: ", "The month is no ISO date")],
    401: UNAUTHORIZED,
    500: [
      detail(
        "Failed to get monthly savings summary: The database is not available",
        "The store fails",
        { side: "native" },
      ),
    ],
  },
});

const guaranteeStatus = z.strictObject({
  guarantee_met: z.boolean(),
  total_savings: z.number(),
  subscription_cost: z.number(),
  savings_shortfall: z.number(),
  savings_events_count: z.int(),
  billing_period_start: calendarDate,
  billing_period_end: calendarDate.describe("30 days after the start"),
  percentage_achieved: z.number().describe("May exceed 100"),
});

export const analyticsGuaranteeStatus = defineRouteContract({
  id: "analytics.guarantee-status",
  method: "GET",
  path: "/api/v1/pam/savings/guarantee-status",
  summary: "Ask whether a month's savings cover the subscription",
  auth: "bearer",
  request: { query: month },
  answers: {
    200: [
      json(
        z.strictObject({ success: z.literal(true), guarantee_status: guaranteeStatus }),
        "The month's status, or zeros where the legacy's store fails",
      ),
    ],
    400: [detailStarting("Failed to get guarantee status: ", "The month is no ISO date")],
    401: UNAUTHORIZED,
    500: [
      detail("Failed to get guarantee status: The database is not available", "The store fails", {
        side: "native",
      }),
    ],
  },
});
