import { z } from "zod";

import { day, number, text } from "../arguments.ts";
import { today } from "../common/dates.ts";
import { toDollars } from "../common/money.ts";
import { defineTool } from "../tool.ts";

export const createExpense = defineTool({
  name: "create_expense",
  description: "Record money that the user spent, under a category.",
  category: "budget",
  access: "write",
  needs: ["database"],
  arguments: z.object({
    amount: number("Amount of money, above 0", { above: 0, max: 1_000_000 }),
    category: text("Spending category, such as gas, food or campground", 100),
    description: text("What it was for").optional(),
    date: day("Date of the expense, YYYY-MM-DD; today if absent").optional(),
  }),
  async run({ amount, category, description, date }, { database, caller, clock }) {
    const name = category.toLowerCase();
    const expense = await database
      .insertInto("expenses")
      .values({
        user_id: caller.userId,
        amount,
        category: name,
        description: description ?? `${name} expense`,
        date: date?.slice(0, 10) ?? today({ clock, caller }),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return { success: true, expense, message: `Recorded ${toDollars(amount)} for ${name}` };
  },
});
