import type { BillingPeriod } from "#concerns/analytics/savings/billing-period.ts";
import { sumOfPeriod } from "#concerns/analytics/savings/event-rows.ts";
import { shortfall } from "#concerns/analytics/savings/money.ts";
import type { Database } from "#platform/database/index.ts";

/** In dollars a month. */
const MONTHLY_PLAN_COST = 9.99;
const ANNUAL_PLAN_COST = 99 / 12;

/** What the user pays a month; as by the month where no subscription is active. */
async function findPlanCost(database: Database, userId: string): Promise<number> {
  const subscription = await database
    .selectFrom("user_subscriptions")
    .select("plan_type")
    .where("user_id", "=", userId)
    .where("subscription_status", "=", "active")
    .executeTakeFirst();
  return subscription?.plan_type === "annual" ? ANNUAL_PLAN_COST : MONTHLY_PLAN_COST;
}

/** The oldest of a period: without the legacy's unique key, two first readers may have made one each. */
const select = (database: Database, userId: string, { start }: BillingPeriod) =>
  database
    .selectFrom("monthly_savings_summary")
    .selectAll()
    .where("user_id", "=", userId)
    .where("billing_period_start", "=", start)
    .orderBy("id");

export type MonthlySummary = Awaited<
  ReturnType<ReturnType<typeof select>["executeTakeFirstOrThrow"]>
>;

async function make(
  database: Database,
  userId: string,
  { period, nowMs }: { readonly period: BillingPeriod; readonly nowMs: number },
): Promise<void> {
  const cost = await findPlanCost(database, userId);
  const { predicted, actual, count } = await sumOfPeriod(database, userId, period);
  await database
    .insertInto("monthly_savings_summary")
    .values({
      user_id: userId,
      billing_period_start: period.start,
      billing_period_end: period.end,
      subscription_cost: cost,
      total_predicted_savings: predicted,
      total_actual_savings: actual,
      savings_events_count: count,
      guarantee_met: actual >= cost,
      guarantee_amount: shortfall(actual, cost),
      evaluation_date: new Date(nowMs).toISOString(),
    })
    // Whoever made it in the meantime is right, too.
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The summary of a period as it is stored; made from the events where there is none, and absent where it is not kept. */
export async function findOrMakeSummary(
  database: Database,
  userId: string,
  at: { readonly period: BillingPeriod; readonly nowMs: number },
): Promise<MonthlySummary | undefined> {
  const known = await select(database, userId, at.period).executeTakeFirst();
  if (known !== undefined) return known;
  await make(database, userId, at);
  return select(database, userId, at.period).executeTakeFirst();
}

export interface CountedSaving {
  readonly day: string;
  readonly predicted: number;
  readonly actual: number;
  readonly nowMs: number;
}

/**
 * Adds a saving to every summary with its day in it. They are read as they are stored, so that without this
 * what is saved later in the month would never count. A summary that was settled stays as it was.
 */
export async function countInSummaries(
  database: Database,
  userId: string,
  { day, predicted, actual, nowMs }: CountedSaving,
): Promise<void> {
  await database
    .updateTable("monthly_savings_summary")
    .set(({ eb, fn }) => {
      const total = eb.parens(fn.coalesce("total_actual_savings", eb.lit(0)), "+", actual);
      const missing = eb("subscription_cost", "-", total);
      return {
        total_actual_savings: total,
        total_predicted_savings: eb(
          fn.coalesce("total_predicted_savings", eb.lit(0)),
          "+",
          predicted,
        ),
        savings_events_count: eb(fn.coalesce("savings_events_count", eb.lit(0)), "+", 1),
        guarantee_met: eb(total, ">=", eb.ref("subscription_cost")).$castTo<boolean>(),
        guarantee_amount: fn<number>("greatest", [eb.lit(0), missing]),
        evaluation_date: new Date(nowMs).toISOString(),
      };
    })
    .where("user_id", "=", userId)
    .where("billing_period_start", "<=", day)
    .where("billing_period_end", ">", day)
    .where("processed_date", "is", null)
    .execute();
}
