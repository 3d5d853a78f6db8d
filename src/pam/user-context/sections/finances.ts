import { type Section, toKnown, toSection } from "../section.ts";

const MAX_CATEGORIES = 8;

const toCents = (amount: number): number => Math.round(amount * 100) / 100;

/** This month so far: what was spent on what, and what was meant to be. */
export const loadFinances: Section = async (database, { userId, nowMs }) => {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const month = today.slice(0, 7);
  const [spending, budgets] = await Promise.all([
    database
      .selectFrom("expenses")
      .select(({ fn }) => ["category", fn.sum<number>("amount").as("spent")])
      .where("user_id", "=", userId)
      .where("date", ">=", `${month}-01`)
      .where("date", "<=", today)
      .groupBy("category")
      .orderBy("spent", "desc")
      .limit(50)
      .execute(),
    database
      .selectFrom("budgets")
      .select(["category", "monthly_limit", "budgeted_amount"])
      .where("user_id", "=", userId)
      .orderBy("created_at", "asc")
      .limit(50)
      .execute(),
  ]);
  const limits = new Map(
    budgets.map(({ category, monthly_limit, budgeted_amount }) => [
      category.toLowerCase(),
      monthly_limit > 0 ? monthly_limit : budgeted_amount,
    ]),
  );
  const total = spending.reduce((sum, { spent }) => sum + spent, 0);
  const budget = [...limits.values()].reduce((sum, limit) => sum + limit, 0);
  if (spending.length === 0 && limits.size === 0) return {};
  return toSection({
    financial_context: toKnown({
      month,
      spent: toCents(total),
      ...(limits.size > 0 && { budget: toCents(budget), remaining: toCents(budget - total) }),
      by_category: spending.slice(0, MAX_CATEGORIES).map(({ category, spent }) => ({
        category: category.slice(0, 50),
        spent: toCents(spent),
        budget: limits.get(category.toLowerCase()),
      })),
    }),
  });
};
