import { z } from "zod";

import { addDays, today } from "../common/dates.ts";
import { sumByCategory, toCents } from "../common/money.ts";
import { defineTool } from "../tool.ts";
import { listExpenses } from "./spending.ts";

const LOOK_BACK_DAYS = 60;

/** Rules of thumb: who spends more than this in the window can usually save this much. */
const RULES = [
  {
    category: "gas",
    above: 200,
    saving: 20,
    suggestion: "Compare fuel prices before you fill up, and plan stops away from highways",
  },
  {
    category: "campground",
    above: 300,
    saving: 50,
    suggestion: "Mix in free or low-cost camps, and ask for weekly rates",
  },
  {
    category: "food",
    above: 400,
    saving: 80,
    suggestion: "Cook more of your meals, and stock up in larger towns",
  },
] as const;

export const findSavingsOpportunities = defineTool({
  name: "find_savings_opportunities",
  description: "Suggest where the user could spend less, by rules of thumb over the last 60 days.",
  category: "budget",
  access: "read",
  triggers:
    /\b(?:save|saving) (?:more|money)\b|\bcut\b.{0,30}\b(?:costs?|spending|expenses)\b|\bspend less\b|\bsavings? (?:opportunit|ideas|tips)/iu,
  needs: ["database"],
  arguments: z.object({}),
  async run(_args, { database, caller, clock }) {
    const to = today({ clock, caller });
    const window = { userId: caller.userId, from: addDays(to, -LOOK_BACK_DAYS), to };
    const spending = sumByCategory(await listExpenses(database, window));
    const suggestions = RULES.filter(
      ({ category, above }) => (spending.get(category) ?? 0) > above,
    ).map(({ category, saving, suggestion }) => ({
      category,
      potential_savings: saving,
      suggestion,
    }));
    const total = suggestions.reduce((sum, { potential_savings }) => sum + potential_savings, 0);
    return { success: true, suggestions, total_potential_savings: toCents(total) };
  },
});
