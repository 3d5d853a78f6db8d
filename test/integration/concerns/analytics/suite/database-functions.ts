import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { OpenDatabase } from "#platform/database/index.ts";

import { type AnalyticsSide, ANNA, startAnalyticsSide } from "../analytics-side.ts";

/** Routes that the database itself answers, if it can. */
export function describeFunctions(open: () => Promise<OpenDatabase>): void {
  describe("functions of the database", () => {
    let side: AnalyticsSide;
    beforeAll(async () => {
      side = await startAnalyticsSide({ open });
    }, 60_000);
    afterAll(async () => side[Symbol.asyncDispose]());

    const NOTE = "PAM savings tracking will be enabled after database migration";

    test("without the functions both routes give zeros, and say why", async () => {
      expect((await side.call("GET /monthly-savings?year=0")).json()).toEqual({
        success: true,
        data: {
          total_savings: 0,
          savings_count: 0,
          subscription_cost: 9.99,
          guarantee_met: false,
          percentage_achieved: 0,
          savings_shortfall: 9.99,
          period: { year: 2026, month: 3 },
          note: NOTE,
        },
      });
      expect((await side.call("GET /savings-analytics")).json()).toMatchObject({
        data: { lifetime: { total_savings: 0 }, generated_at: "2026-03-15T10:20:30.123000" },
      });
    });

    test("where the database has the functions, their first row is the answer", async () => {
      await sql`
    create function calculate_monthly_pam_savings(user_id_param uuid, year_param integer, month_param integer)
    returns table (total_savings numeric, savings_count bigint, guarantee_met boolean)
    language sql as $$ select 12.5, 2::bigint, year_param = 2026 and month_param = 5 $$
  `.execute(side.database);
      await sql`
    create function get_pam_savings_analytics(user_id_param uuid)
    returns table (lifetime jsonb, owner uuid)
    language sql as $$ select '{"total_savings": 99}'::jsonb, user_id_param $$
  `.execute(side.database);
      expect((await side.call("GET /monthly-savings?year=2026&month=5")).json()).toEqual({
        success: true,
        data: {
          total_savings: 12.5,
          savings_count: 2,
          subscription_cost: 9.99,
          guarantee_met: true,
          percentage_achieved: 0,
          savings_shortfall: 0,
          period: { year: 2026, month: 5 },
        },
      });
      expect((await side.call("GET /savings-analytics")).json()).toEqual({
        success: true,
        data: { lifetime: { total_savings: 99 }, owner: ANNA },
      });
    });

    test("a year that no calendar has is no failure", async () => {
      const answer = await side.call("GET /monthly-savings?year=99999999999&month=5");
      expect(answer.json()).toMatchObject({
        data: { note: NOTE, period: { year: 99_999_999_999 } },
      });
    });

    test("a function that gives one value instead of rows does not count", async () => {
      await sql`drop function get_pam_savings_analytics(uuid)`.execute(side.database);
      await sql`
    create function get_pam_savings_analytics(user_id_param uuid) returns jsonb
    language sql as $$ select '{"lifetime": 1}'::jsonb $$
  `.execute(side.database);
      expect((await side.call("GET /savings-analytics")).json()).toMatchObject({
        data: { note: "PAM savings analytics will be enabled after database migration" },
      });
    });
  });
}
