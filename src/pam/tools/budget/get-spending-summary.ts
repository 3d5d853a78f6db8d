import { z } from "zod";

import { text, whole } from "../arguments.ts";
import { addDays, today } from "../common/dates.ts";
import { sum, sumByCategory, toCents } from "../common/money.ts";
import { defineTool } from "../tool.ts";
import { listExpenses } from "./spending.ts";

export const getSpendingSummary = defineTool({
  name: "get_spending_summary",
  description: "Total the user's spending over the last days, overall and by category.",
  category: "budget",
  access: "read",
  needs: ["database"],
  arguments: z.object({
    days: whole("Days to look back, today counted in, 1 to 3660; 30 if absent", {
      min: 1,
      max: 3_660,
    }).optional(),
    category: text("Only this category", 100).optional(),
  }),
  async run({ days = 30, category }, { database, caller, clock }) {
    const to = today({ clock, caller });
    const from = addDays(to, 1 - days);
    const filter = category?.toLowerCase();
    const window = { userId: caller.userId, from, to, category: filter };
    const expenses = await listExpenses(database, window);
    const total = sum(expenses);
    return {
      success: true,
      period: `last ${days} days`,
      start_date: from,
      end_date: to,
      days,
      total_amount: total,
      expense_count: expenses.length,
      daily_average: toCents(total / days),
      by_category: Object.fromEntries(sumByCategory(expenses)),
      category_filter: filter ?? null,
    };
  },
});
