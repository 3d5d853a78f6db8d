import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { detailStarting, INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { integer } from "#contracts/schema/fields.ts";
import { naiveTimestamp } from "#contracts/schema/values.ts";

const monthlySavingsAnswer = z.strictObject({
  success: z.literal(true),
  data: z.strictObject({
    total_savings: z.number(),
    savings_count: z.int(),
    subscription_cost: z.number(),
    guarantee_met: z.boolean(),
    percentage_achieved: z.number(),
    savings_shortfall: z.number().describe("The integer 0 where the guarantee is met"),
    period: z.strictObject({ year: z.int(), month: z.int() }),
    note: z.literal("PAM savings tracking will be enabled after database migration").optional(),
  }),
});

export const analyticsMonthlySavings = defineRouteContract({
  id: "analytics.monthly-savings",
  method: "GET",
  path: "/api/v1/pam/monthly-savings",
  summary: "Read what the assistant saved in a month",
  auth: "bearer",
  // Unbounded, and 0 means now, as leaving it out does.
  request: { query: z.object({ year: integer().optional(), month: integer().optional() }) },
  answers: {
    200: [json(monthlySavingsAnswer, "The month's sums, or zeros with a note")],
    401: UNAUTHORIZED,
    422: INVALID,
    500: [detailStarting("Failed to get monthly savings status: ", "The store fails")],
  },
});

const savingsAnalyticsFallback = z.strictObject({
  current_month: z.strictObject({
    total_savings: z.number(),
    savings_count: z.int(),
    subscription_cost: z.number(),
    guarantee_met: z.boolean(),
    percentage_achieved: z.number(),
  }),
  last_month: z.strictObject({ total_savings: z.number(), savings_count: z.int() }),
  lifetime: z.strictObject({ total_savings: z.number() }),
  generated_at: naiveTimestamp,
  note: z.literal("PAM savings analytics will be enabled after database migration"),
});

export const analyticsSavings = defineRouteContract({
  id: "analytics.savings",
  method: "GET",
  path: "/api/v1/pam/savings-analytics",
  summary: "Read what the assistant saved, over several periods",
  auth: "bearer",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({ success: z.literal(true), data: savingsAnalyticsFallback }),
        "The database has no such function",
      ),
      json(
        z.strictObject({ success: z.literal(true), data: z.unknown() }),
        "The first row of the database's own function, as it is",
      ),
    ],
    401: UNAUTHORIZED,
    500: [detailStarting("Failed to get savings analytics: ", "The store fails")],
  },
});
