import type { Database } from "#platform/database/index.ts";

export interface SpendingWindow {
  readonly userId: string;
  /** Both included, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  readonly category?: string | undefined;
}

export interface Expense {
  readonly id: number;
  readonly amount: number;
  readonly category: string;
  readonly date: string;
  readonly description: string | null;
}

/** The user's own expenses of a window, newest first. */
export async function listExpenses(
  database: Database,
  { userId, from, to, category }: SpendingWindow,
): Promise<readonly Expense[]> {
  return database
    .selectFrom("expenses")
    .select(["id", "amount", "category", "date", "description"])
    .where("user_id", "=", userId)
    .where("date", ">=", from)
    .where("date", "<=", to)
    .$if(category !== undefined, (query) => query.where("category", "=", category ?? ""))
    .orderBy("date", "desc")
    .orderBy("id", "desc")
    .execute();
}

export interface CategoryBudget {
  readonly category: string;
  /** For a month. */
  readonly limit: number;
}

/** The user's monthly limits by category; of several rows of one category the newest counts. */
export async function listBudgets(
  database: Database,
  userId: string,
): Promise<readonly CategoryBudget[]> {
  const rows = await database
    .selectFrom("budgets")
    .select(["category", "monthly_limit", "budgeted_amount"])
    .where("user_id", "=", userId)
    .orderBy("created_at", "asc")
    .execute();
  const limits = new Map(
    rows.map((row) => [
      row.category.toLowerCase(),
      row.monthly_limit > 0 ? row.monthly_limit : row.budgeted_amount,
    ]),
  );
  return [...limits]
    .map(([category, limit]) => ({ category, limit }))
    .toSorted((left, right) => left.category.localeCompare(right.category));
}

export type BudgetStatus = "over" | "warning" | "good";

/** Over where nothing is left, a warning from four fifths on. */
export function toStatus(limit: number, spent: number): BudgetStatus {
  if (spent > limit) return "over";
  return spent > limit * 0.8 ? "warning" : "good";
}

export function toPercent(limit: number, spent: number): number {
  return limit === 0 ? 0 : Math.round((spent / limit) * 1_000) / 10;
}
