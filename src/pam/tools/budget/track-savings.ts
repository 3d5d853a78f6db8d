import { z } from "zod";

import { choice, number, text } from "../arguments.ts";
import { currentMonth, today } from "../common/dates.ts";
import { toCents, toDollars } from "../common/money.ts";
import { defineTool } from "../tool.ts";

export const trackSavings = defineTool({
  name: "track_savings",
  description: "Record money that the user saved with PAM's help, and total this month's savings.",
  category: "budget",
  access: "write",
  triggers:
    /\bsav(?:ed|ing|ings)\b.{0,40}\b(?:record|track|log|note)|\b(?:record|track|log|note)\w*\b.{0,40}\bsav(?:ed|ing|ings)\b|\bsaved \$?\d/iu,
  needs: ["database"],
  aliases: { amount: "amount_saved" },
  arguments: z.object({
    amount_saved: number("Money saved, above 0", { above: 0, max: 1_000_000 }),
    category: text("What was saved on, such as gas or campground", 100),
    description: text("How it was saved").optional(),
    event_type: choice(
      ["gas", "campground", "route", "other"],
      "Kind of saving; other if absent",
    ).optional(),
  }),
  async run(
    { amount_saved, category, description, event_type = "other" },
    { database, caller, clock },
  ) {
    const event = await database
      .insertInto("pam_savings_events")
      .values({
        user_id: caller.userId,
        amount: amount_saved,
        actual_savings: amount_saved,
        category: category.toLowerCase(),
        description: description ?? `Saved on ${category.toLowerCase()}`,
        event_type,
        saved_date: today({ clock, caller }),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const month = currentMonth({ clock, caller });
    const rows = await database
      .selectFrom("pam_savings_events")
      .select(["actual_savings", "amount"])
      .where("user_id", "=", caller.userId)
      .where("saved_date", ">=", month.firstDay)
      .where("saved_date", "<=", month.lastDay)
      .execute();
    // Rows that only predict a saving have neither column, and count for nothing here.
    const total = rows.reduce((sum, row) => sum + (row.actual_savings ?? row.amount ?? 0), 0);
    return {
      success: true,
      savings_event: event,
      monthly_total: toCents(total),
      message: `Recorded ${toDollars(amount_saved)} saved; ${toDollars(total)} this month`,
    };
  },
});
