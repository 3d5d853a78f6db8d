import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { type AnalyticsSide, ANNA, BORIS, startAnalyticsSide } from "../analytics-side.ts";

const SAVING = {
  savings_type: "fuel_optimization",
  predicted_savings: 5,
  actual_savings: 4.25,
  baseline_cost: 20,
  optimized_cost: 15.75,
  description: "Cheaper diesel",
  verification_method: "user_confirmation",
  category: "fuel",
};
import type { OpenDatabase } from "#platform/database/index.ts";

/** Savings, whatever database is behind them. */
export function describeSavings(open: () => Promise<OpenDatabase>): void {
  describe("savings", () => {
    let side: AnalyticsSide;
    beforeAll(async () => {
      side = await startAnalyticsSide({ open });
    }, 60_000);
    afterEach(async () => {
      await side.database.deleteFrom("pam_savings_events").execute();
      await side.database.deleteFrom("monthly_savings_summary").execute();
      await side.database.deleteFrom("pam_analytics_logs").execute();
      await side.database.deleteFrom("expenses").execute();
    });
    afterAll(async () => side[Symbol.asyncDispose]());

    const record = async (change: object = {}, user = ANNA) =>
      side.call("POST /savings/record", { user, body: { ...SAVING, ...change } });

    const guarantee = async (user = ANNA) => {
      const answer = await side.call("GET /savings/guarantee-status", { user });
      return (answer.json() as { guarantee_status: Record<string, unknown> }).guarantee_status;
    };

    describe("what is recorded", () => {
      test("stands in the table as a plain read finds it, under the id of the answer", async () => {
        const answer = await record({ location: [33.4, -112], confidence_score: 0.5 });
        expect(answer.status).toBe(200);
        const rows = await side.database.selectFrom("pam_savings_events").selectAll().execute();
        expect(rows).toHaveLength(1);
        expect(rows[0]).toMatchObject({
          user_id: ANNA,
          savings_type: "fuel_optimization",
          predicted_savings: 5,
          actual_savings: 4.25,
          baseline_cost: 20,
          optimized_cost: 15.75,
          savings_description: "Cheaper diesel",
          verification_method: "user_confirmation",
          confidence_score: 0.5,
          category: "fuel",
          saved_date: "2026-03-15",
          metadata: { location: { latitude: 33.4, longitude: -112 } },
        });
        expect(answer.json()).toEqual({
          success: true,
          data: { event_id: String(rows[0]?.id) },
          message: "Savings event recorded successfully",
          timestamp: "2026-03-15T10:20:30.123000",
        });
      });

      test("counts in a summary that was made before it", async () => {
        expect(await guarantee()).toMatchObject({ savings_events_count: 0, guarantee_met: false });
        await record();
        await record({ actual_savings: 6 });
        expect(await guarantee()).toEqual({
          guarantee_met: true,
          total_savings: 10.25,
          subscription_cost: 9.99,
          savings_shortfall: 0,
          savings_events_count: 2,
          billing_period_start: "2026-03-01",
          billing_period_end: "2026-03-31",
          percentage_achieved: (10.25 / 9.99) * 100,
        });
        const summary = await side.database
          .selectFrom("monthly_savings_summary")
          .selectAll()
          .executeTakeFirstOrThrow();
        expect(summary).toMatchObject({ total_predicted_savings: 10, guarantee_amount: 0 });
      });

      test("does not reopen a summary that was settled", async () => {
        await guarantee();
        await side.database
          .updateTable("monthly_savings_summary")
          .set({ processed_date: "2026-03-14T00:00:00Z" })
          .execute();
        await record();
        expect(await guarantee()).toMatchObject({ savings_events_count: 0, total_savings: 0 });
      });

      test("counts for nobody else", async () => {
        await guarantee(BORIS);
        await record();
        expect(await guarantee(BORIS)).toMatchObject({ total_savings: 0, savings_events_count: 0 });
        const recent = await side.call("GET /savings/recent", { user: BORIS });
        expect(recent.json()).toEqual({ success: true, events: [], count: 0 });
      });

      test("is refused, and leaves nothing, where the database refuses it", async () => {
        const answer = await record({ recommendation_id: "no-uuid" });
        expect(answer.status).toBe(400);
        expect(answer.json()).toEqual({
          detail: 'Failed to record savings event: invalid input syntax for type uuid: "no-uuid"',
        });
        expect(await guarantee()).toMatchObject({ savings_events_count: 0 });
      });

      test("is refused after the token and before the database where a field is wrong", async () => {
        const body = { ...SAVING, predicted_savings: "x" };
        const nobody = await side.call("POST /savings/record", { user: undefined, body });
        expect(nobody.status).toBe(401);
        const somebody = await side.call("POST /savings/record", { body });
        expect(somebody.status).toBe(422);
      });
    });

    /** As the web client and the legacy write, past these routes. */
    const insert = async (columns: object = {}) =>
      side.database
        .insertInto("pam_savings_events")
        .values({
          user_id: ANNA,
          event_type: "fuel",
          saved_date: "2026-03-10",
          created_at: "2026-03-10T08:00:00Z",
          ...columns,
        })
        .execute();

    describe("what others wrote", () => {
      test("is given as it is, the newest first, up to the limit", async () => {
        await insert({ actual_savings: 1, created_at: "2026-03-09T08:00:00Z" });
        await insert({ actual_savings: 2, savings_description: "Second" });
        await insert({ actual_savings: 3, created_at: "2026-03-08T08:00:00Z" });
        const answer = await side.call("GET /savings/recent?limit=2");
        expect(answer.json()).toMatchObject({
          count: 2,
          events: [
            {
              actual_savings: 2,
              savings_description: "Second",
              created_at: "2026-03-10T08:00:00+00:00",
              user_id: ANNA,
            },
            { actual_savings: 1 },
          ],
        });
      });

      test("counts by the column that its writer used", async () => {
        await insert({ actual_savings: 8.5, amount: 8.5, savings_description: "Cheaper diesel" });
        await insert({ amount: 4.25, category: "camping", description: "Free camp" });
        await insert({ predicted_savings: 100 });
        const monthly = await side.call("GET /savings/monthly");
        expect(monthly.json()).toEqual({
          total_savings: 12.75,
          savings_count: 3,
          subscription_cost: 14,
          savings_shortfall: 1.25,
          percentage_achieved: (12.75 / 14) * 100,
          guarantee_met: true,
          billing_period_start: "2026-03-01T00:00:00",
          billing_period_end: "2026-03-15T10:20:30.123000",
        });
        const celebrate = await side.call("GET /savings/celebrate");
        expect(celebrate.json()).toEqual({
          should_celebrate: true,
          total_savings: 12.75,
          threshold: 10,
          message: "PAM saved you $12.75 this month!",
        });
        const events = await side.call("GET /savings/events");
        expect(events.json()).toMatchObject([
          { amount_saved: 0, category: "other", description: null },
          { amount_saved: 4.25, category: "camping", description: "Free camp", event_type: "fuel" },
          { amount_saved: 8.5, description: "Cheaper diesel" },
        ]);
      });

      test.each(["demo", "x' OR '1'='1", "a\u0000b"])(
        "is nothing to a caller whose id is no UUID: %j",
        async (user) => {
          await insert({ actual_savings: 50 });
          expect((await side.call("GET /savings/events", { user })).json()).toEqual([]);
          expect((await side.call("GET /savings/monthly", { user })).status).toBe(200);
          expect((await side.call("GET /savings/celebrate", { user })).json()).toMatchObject({
            should_celebrate: false,
          });
        },
      );

      test("of last month does not count for this one", async () => {
        await insert({
          actual_savings: 50,
          saved_date: "2026-02-28",
          created_at: "2026-02-28T23:59:59Z",
        });
        expect((await side.call("GET /savings/celebrate")).json()).toMatchObject({
          should_celebrate: false,
          total_savings: 0,
          message: null,
        });
        expect(await guarantee()).toMatchObject({ total_savings: 0 });
        const [event] = (await side.call("GET /savings/events?days=30")).json() as unknown[];
        expect(event).toMatchObject({ amount_saved: 50 });
        expect((await side.call("GET /savings/events?days=10")).json()).toEqual([]);
      });

      test("a stored summary is given as it is, whatever the events say", async () => {
        await side.database
          .insertInto("monthly_savings_summary")
          .values({
            user_id: ANNA,
            billing_period_start: "2026-02-01",
            billing_period_end: "2026-03-03",
            subscription_cost: 8.25,
            total_actual_savings: 33,
            savings_events_count: 7,
            guarantee_met: true,
          })
          .execute();
        const answer = await side.call("GET /savings/guarantee-status?month=20260201");
        expect(answer.json()).toMatchObject({
          guarantee_status: {
            total_savings: 33,
            percentage_achieved: 400,
            savings_events_count: 7,
          },
        });
        const summary = await side.call("GET /savings/monthly-summary?month=2026-02-01");
        expect(summary.json()).toMatchObject({ summary: { total_actual_savings: 33 } });
      });
    });

    describe("a month's summary", () => {
      test("is made once, and what it costs is by the active plan", async () => {
        await side.database
          .insertInto("user_subscriptions")
          .values([
            { user_id: BORIS, plan_type: "monthly", subscription_status: "cancelled" },
            { user_id: BORIS, plan_type: "annual", subscription_status: "active" },
          ])
          .execute();
        await record({}, BORIS);
        await guarantee(BORIS);
        expect(await guarantee(BORIS)).toMatchObject({
          subscription_cost: 8.25,
          total_savings: 4.25,
          savings_shortfall: 4,
        });
        const rows = await side.database
          .selectFrom("monthly_savings_summary")
          .selectAll()
          .execute();
        expect(rows).toHaveLength(1);
        expect(rows[0]).toMatchObject({
          user_id: BORIS,
          billing_period_start: "2026-03-01",
          billing_period_end: "2026-03-31",
          total_actual_savings: 4.25,
          guarantee_met: false,
          guarantee_amount: 4,
        });
      });
    });

    const spend = async (amount: number, category: string, created_at = "2026-03-01T00:00:00Z") =>
      side.database
        .insertInto("expenses")
        .values({ user_id: ANNA, amount, category, date: "2026-03-01", created_at })
        .execute();

    const detect = async (body: object) =>
      (await side.call("POST /savings/detect", { body })).json();

    const NOTHING = {
      success: true,
      savings_detected: false,
      message: "No significant savings detected for this expense",
    };

    describe("an expense", () => {
      test("well below the mean of 90 days is a saving, and stored", async () => {
        await spend(100, "fuel");
        await spend(80, "fuel");
        await spend(9_000, "fuel", "2025-11-01T00:00:00Z");
        const found = await detect({ expense_amount: 85, category: "fuel", description: "Moab" });
        const rows = await side.database.selectFrom("pam_savings_events").selectAll().execute();
        expect(found).toEqual({
          success: true,
          savings_detected: true,
          savings_event: {
            event_id: String(rows[0]?.id),
            actual_savings: 5,
            baseline_cost: 90,
            optimized_cost: 85,
            description: "Fuel savings detected: Moab",
            confidence_score: 0.85,
          },
        });
        expect(rows).toMatchObject([
          {
            user_id: ANNA,
            savings_type: "fuel_optimization",
            verification_method: "automatic_detection",
          },
        ]);
      });

      test.each([
        ["little below the mean", { expense_amount: 86, category: "fuel" }],
        ["of a kind that nobody looks at", { expense_amount: 1, category: "groceries" }],
        ["of a kind without a past", { expense_amount: 1, category: "camping" }],
      ])("%s is none", async (_, body) => {
        await spend(90, "fuel");
        expect(await detect(body)).toEqual(NOTHING);
      });

      test("of lodging is compared with camping, with more between them", async () => {
        await spend(50, "camping");
        expect(await detect({ expense_amount: 40, category: "lodging" })).toEqual(NOTHING);
        expect(await detect({ expense_amount: 39, category: "lodging" })).toMatchObject({
          savings_event: {
            actual_savings: 11,
            description: "Camping savings: ",
            confidence_score: 0.9,
          },
        });
      });
    });

    test("a recommendation is stored under the id of the answer, urgent where it saves much", async () => {
      const body = {
        title: "Fill up in Tucson",
        description: "Cheaper there",
        category: "fuel_optimization",
        predicted_savings: 20.5,
      };
      const answer = await side.call("POST /recommendations/with-savings-prediction", { body });
      const row = await side.database
        .selectFrom("pam_recommendations")
        .selectAll()
        .executeTakeFirstOrThrow();
      expect(answer.json()).toMatchObject({
        data: { recommendation_id: row.recommendation_id, predicted_savings: 20.5 },
      });
      expect(row).toMatchObject({
        user_id: ANNA,
        type: "cost_saving",
        priority_level: "high",
        savings_amount: 20.5,
        title: "Fill up in Tucson",
      });
      const linked = await record({ recommendation_id: row.recommendation_id });
      expect(linked.status).toBe(200);
    });
  });
}
