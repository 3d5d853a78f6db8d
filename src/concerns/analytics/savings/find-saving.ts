import { toCents } from "#concerns/analytics/savings/money.ts";
import type { SavingsEvent } from "#concerns/analytics/savings/savings-event.ts";
import type { Database } from "#platform/database/index.ts";

const DAY_MS = 86_400_000;
const LOOK_BACK_DAYS = 90;

interface Rule {
  /** Of the expenses it is compared with. */
  readonly category: string;
  /** Share of their mean below which an expense counts as lower. */
  readonly below: number;
  readonly savingsType: string;
  readonly confidence: number;
  readonly describe: (what: string) => string;
}

const CAMPING: Rule = {
  category: "camping",
  below: 0.8,
  savingsType: "camping_alternative",
  confidence: 0.9,
  describe: (what) => `Camping savings: ${what}`,
};

/** Lodging is compared with camping, as on the legacy. */
const RULES: ReadonlyMap<string, Rule> = new Map([
  [
    "fuel",
    {
      category: "fuel",
      below: 0.95,
      savingsType: "fuel_optimization",
      confidence: 0.85,
      describe: (what) => `Fuel savings detected: ${what}`,
    },
  ],
  ["camping", CAMPING],
  ["lodging", CAMPING],
]);

/** In dollars; null where there was nothing to compare with. */
async function findMean(
  database: Database,
  { userId, category, nowMs }: { userId: string; category: string; nowMs: number },
): Promise<number | null> {
  const { mean } = await database
    .selectFrom("expenses")
    .select(({ fn }) => fn.avg<number | null>("amount").as("mean"))
    .where("user_id", "=", userId)
    .where("category", "=", category)
    .where("created_at", ">=", new Date(nowMs - LOOK_BACK_DAYS * DAY_MS).toISOString())
    .executeTakeFirstOrThrow();
  return mean;
}

export interface Expense {
  readonly expense_amount: number;
  readonly category: string;
  readonly location: readonly number[] | null;
  readonly description: string | null;
}

/** What an expense saves against the user's own mean of 90 days; `undefined` where it is not much lower. */
export async function findSaving(
  database: Database,
  expense: Expense,
  { userId, nowMs }: { readonly userId: string; readonly nowMs: number },
): Promise<SavingsEvent | undefined> {
  const rule = RULES.get(expense.category);
  if (rule === undefined) return undefined;
  const mean = await findMean(database, { userId, category: rule.category, nowMs });
  const { expense_amount: amount } = expense;
  if (mean === null || !(amount < mean * rule.below)) return undefined;
  const saved = toCents(mean - amount);
  return {
    savings_type: rule.savingsType,
    predicted_savings: saved,
    actual_savings: saved,
    baseline_cost: toCents(mean),
    optimized_cost: amount,
    description: rule.describe(expense.description ?? ""),
    verification_method: "automatic_detection",
    confidence_score: rule.confidence,
    location: expense.location,
    category: rule.category,
    recommendation_id: null,
  };
}
