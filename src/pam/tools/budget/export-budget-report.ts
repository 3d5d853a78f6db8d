import { z } from "zod";

import { choice } from "../arguments.ts";
import { currentMonth } from "../common/dates.ts";
import { sum, sumByCategory, toCents } from "../common/money.ts";
import { defineTool } from "../tool.ts";
import { listBudgets, listExpenses, type Expense } from "./spending.ts";

/** RFC 4180; a leading =, +, - or @ would run as a formula in a spreadsheet. */
function toCsvField(value: string | number | null): string {
  const text =
    typeof value === "number" ? String(value) : (value ?? "").replace(/^[=+\-@\t\r]/u, "'$&");
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toCsv(expenses: readonly Expense[]): string {
  const rows = expenses.map(({ date, category, description, amount }) =>
    [date, category, description, amount].map(toCsvField).join(","),
  );
  return ["date,category,description,amount", ...rows].join("\r\n");
}

export const exportBudgetReport = defineTool({
  name: "export_budget_report",
  description:
    "Put together this month's expenses, budgets and savings: in full (json), as a table of expenses (csv) or as totals (summary).",
  category: "budget",
  access: "read",
  triggers:
    /\b(?:export|download|report)\b.{0,40}\b(?:budget|expenses?|spending)\b|\b(?:budget|expenses?|spending)\b.{0,20}\b(?:report|csv|export)\b/iu,
  needs: ["database"],
  arguments: z.object({
    format: choice(["json", "csv", "summary"], "Form of the report; json if absent").optional(),
  }),
  async run({ format = "json" }, { database, caller, clock }) {
    const { firstDay, lastDay } = currentMonth({ clock, caller });
    const window = { userId: caller.userId, from: firstDay, to: lastDay };
    const expenses = await listExpenses(database, window);
    const budgets = await listBudgets(database, caller.userId);
    const savings = await database
      .selectFrom("pam_savings_events")
      .select([
        "id",
        "category",
        "actual_savings",
        "predicted_savings",
        "saved_date",
        "description",
      ])
      .where("user_id", "=", caller.userId)
      .where("saved_date", ">=", firstDay)
      .where("saved_date", "<=", lastDay)
      .execute();
    const saved = savings.reduce((total, event) => total + (event.actual_savings ?? 0), 0);
    const budgeted = budgets.reduce((total, { limit }) => total + limit, 0);
    const head = {
      user_id: caller.userId,
      period: { start_date: firstDay, end_date: lastDay },
      summary: {
        total_spent: sum(expenses),
        total_budgeted: toCents(budgeted),
        total_saved: toCents(saved),
        expense_count: expenses.length,
        by_category: Object.fromEntries(sumByCategory(expenses)),
      },
    };
    const generated_at = new Date(clock.now()).toISOString();
    const lists = { expenses, budgets, savings_events: savings };
    const bodies = { json: lists, csv: { csv: toCsv(expenses) }, summary: {} };
    return { success: true, report: { ...head, ...bodies[format], generated_at }, format };
  },
});
