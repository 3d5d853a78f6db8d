import { z } from "zod";

import { currentMonth } from "../common/dates.ts";
import { sum, sumByCategory, toCents } from "../common/money.ts";
import { defineTool } from "../tool.ts";
import { listBudgets, listExpenses, toPercent, toStatus } from "./spending.ts";

export const analyzeBudget = defineTool({
  name: "analyze_budget",
  description:
    "Show what the user spent this month by category, and how much of each budget is left.",
  category: "budget",
  access: "read",
  needs: ["database"],
  arguments: z.object({}),
  async run(_args, { database, caller, clock }) {
    const { firstDay, lastDay } = currentMonth({ clock, caller });
    const window = { userId: caller.userId, from: firstDay, to: lastDay };
    const expenses = await listExpenses(database, window);
    const spending = sumByCategory(expenses);
    const budgets = await listBudgets(database, caller.userId);
    return {
      success: true,
      total_spending: sum(expenses),
      spending_by_category: Object.fromEntries(spending),
      budget_status: budgets.map(({ category, limit }) => {
        const spent = spending.get(category) ?? 0;
        return {
          category,
          budget: limit,
          spent,
          remaining: toCents(limit - spent),
          percent_used: toPercent(limit, spent),
          status: toStatus(limit, spent),
        };
      }),
      expense_count: expenses.length,
    };
  },
});
