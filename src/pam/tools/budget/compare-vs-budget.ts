import { z } from "zod";

import { currentMonth } from "../common/dates.ts";
import { sumByCategory, toCents } from "../common/money.ts";
import { defineTool } from "../tool.ts";
import { listBudgets, listExpenses, toPercent, toStatus } from "./spending.ts";

export const compareVsBudget = defineTool({
  name: "compare_vs_budget",
  description: "Set this month's spending beside the budget of every category that has one.",
  category: "budget",
  access: "read",
  triggers:
    /\b(?:compare|versus|vs|against|within|on)\b.{0,40}\bbudget\b|\b(?:over|under) budget\b/iu,
  needs: ["database"],
  arguments: z.object({}),
  async run(_args, { database, caller, clock }) {
    const { firstDay, lastDay } = currentMonth({ clock, caller });
    const window = { userId: caller.userId, from: firstDay, to: lastDay };
    const spending = sumByCategory(await listExpenses(database, window));
    const budgets = await listBudgets(database, caller.userId);
    return {
      success: true,
      period: firstDay.slice(0, 7),
      category_filter: null,
      comparisons: budgets.map(({ category, limit }) => {
        const spent = spending.get(category) ?? 0;
        return {
          category,
          budgeted: limit,
          spent,
          difference: toCents(limit - spent),
          percent_used: toPercent(limit, spent),
          status: toStatus(limit, spent),
        };
      }),
    };
  },
});
