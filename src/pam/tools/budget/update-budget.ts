import { z } from "zod";

import { number, text } from "../arguments.ts";
import { currentMonth } from "../common/dates.ts";
import { toDollars } from "../common/money.ts";
import { defineTool } from "../tool.ts";

export const updateBudget = defineTool({
  name: "update_budget",
  description: "Set the user's monthly limit for one spending category.",
  category: "budget",
  access: "write",
  triggers:
    /\b(?:set|change|raise|lower|increase|decrease|update|adjust|create)\b.{0,40}\b(?:budget|limit)\b/iu,
  needs: ["database"],
  arguments: z.object({
    category: text("Spending category", 100),
    amount: number("Limit for a month, above 0", { above: 0, max: 1_000_000 }),
  }),
  async run({ category, amount }, { database, caller, clock }) {
    const name = category.toLowerCase();
    const { firstDay, lastDay } = currentMonth({ clock, caller });
    return database.transaction().execute(async (transaction) => {
      const updated = await transaction
        .updateTable("budgets")
        .set({ monthly_limit: amount, budgeted_amount: amount })
        .where("user_id", "=", caller.userId)
        .where("category", "=", name)
        .returningAll()
        .executeTakeFirst();
      const budget =
        updated ??
        (await transaction
          .insertInto("budgets")
          .values({
            user_id: caller.userId,
            category: name,
            name,
            monthly_limit: amount,
            budgeted_amount: amount,
            start_date: firstDay,
            end_date: lastDay,
          })
          .returningAll()
          .executeTakeFirstOrThrow());
      const action = updated === undefined ? "created" : "updated";
      const message = `The budget for ${name} is ${toDollars(amount)} a month`;
      return { success: true, budget, action, message };
    });
  },
});
