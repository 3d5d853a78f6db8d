import { z } from "zod";

import { currentMonth } from "../common/dates.ts";
import { sumByCategory, toCents } from "../common/money.ts";
import { defineTool } from "../tool.ts";
import { listExpenses } from "./spending.ts";

export const predictEndOfMonth = defineTool({
  name: "predict_end_of_month",
  description: "Project what the user will have spent by the end of the month at the rate so far.",
  category: "budget",
  access: "read",
  triggers:
    /\b(?:predict|project|forecast)\w*\b.{0,40}\b(?:spend\w*|month|budget)\b|\bend of (?:the )?month\b/iu,
  needs: ["database"],
  arguments: z.object({}),
  async run(_args, { database, caller, clock }) {
    const { firstDay, lastDay, days, elapsedDays } = currentMonth({ clock, caller });
    const window = { userId: caller.userId, from: firstDay, to: lastDay };
    const spending = sumByCategory(await listExpenses(database, window));
    const predictions = [...spending].map(([category, spent]) => {
      const rate = spent / elapsedDays;
      return [
        category,
        {
          spent_so_far: spent,
          daily_rate: toCents(rate),
          projected_total: toCents(rate * days),
        },
      ] as const;
    });
    const total = predictions.reduce((sum, [, { projected_total }]) => sum + projected_total, 0);
    return {
      success: true,
      days_elapsed: elapsedDays,
      days_in_month: days,
      category_filter: null,
      include_trends: false,
      predictions: Object.fromEntries(predictions),
      total_projected: toCents(total),
    };
  },
});
