import type { BillingPeriod } from "#concerns/analytics/savings/billing-period.ts";
import { percentOf, shortfall } from "#concerns/analytics/savings/money.ts";
import type { MonthlySummary } from "#concerns/analytics/savings/summary-rows.ts";

type Totals = Pick<
  MonthlySummary,
  "guarantee_met" | "total_actual_savings" | "savings_events_count" | "subscription_cost"
>;

const NOTHING_KNOWN: Totals = {
  guarantee_met: false,
  total_actual_savings: 0,
  savings_events_count: 0,
  subscription_cost: 9.99,
};

/** Whether what was saved in a period covers what the subscription costs; zeros where nothing is known. Pure. */
export function toGuaranteeStatus(
  totals: Totals = NOTHING_KNOWN,
  { start, end }: BillingPeriod,
): Readonly<Record<string, unknown>> {
  const cost = totals.subscription_cost;
  const total = totals.total_actual_savings ?? 0;
  return {
    guarantee_met: totals.guarantee_met ?? total >= cost,
    total_savings: total,
    subscription_cost: cost,
    savings_shortfall: shortfall(total, cost),
    savings_events_count: totals.savings_events_count ?? 0,
    billing_period_start: start,
    billing_period_end: end,
    percentage_achieved: percentOf(total, cost),
  };
}
