import type { Database } from "#platform/database/database.ts";

const SECOND_MS = 1_000;

/** The newest first, a second apart. */
const SAVINGS = [
  { amount: 8.5, category: "fuel", savings_type: "fuel_optimization", what: "Cheaper diesel" },
  { amount: 4.25, category: "camping", savings_type: "camping_alternative", what: "Free camp" },
  { amount: 1, category: "other", savings_type: "price_comparison", what: null },
] as const;

/** What the assistant has saved a user today, enough for the money-back guarantee of the month. */
export async function seedSavings(
  database: Database,
  user_id: string,
  nowMs: number,
): Promise<void> {
  const rows = SAVINGS.map(({ amount, category, savings_type, what }, at) => {
    const moment = new Date(nowMs - at * SECOND_MS).toISOString();
    return {
      user_id,
      event_type: "fuel_savings",
      savings_type,
      category,
      predicted_savings: amount,
      actual_savings: amount,
      amount,
      baseline_cost: amount + 20,
      optimized_cost: 20,
      savings_description: what,
      description: what,
      verification_method: "user_confirmation",
      confidence_score: 0.8,
      saved_date: moment.slice(0, 10),
      created_at: moment,
      updated_at: moment,
    };
  });
  await database.insertInto("pam_savings_events").values(rows).execute();
}
