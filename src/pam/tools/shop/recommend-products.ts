import { z } from "zod";

import { choice, number, whole } from "../arguments.ts";
import { defineTool } from "../tool.ts";
import { searchCatalogue } from "./products.ts";

const USE_CASES = [
  "tire_maintenance",
  "boondocking",
  "recovery",
  "maintenance",
  "camping",
  "safety",
  "power",
] as const;

/** What a product that serves a purpose speaks of. */
const WORDS: Readonly<Record<(typeof USE_CASES)[number], readonly string[]>> = {
  tire_maintenance: ["tyre", "tire", "deflator", "compressor", "pressure"],
  boondocking: ["solar", "water", "off-grid", "battery", "portable"],
  recovery: ["recovery", "winch", "snatch", "shackle", "traction"],
  maintenance: ["tool", "oil", "filter", "repair", "maintenance"],
  camping: ["camp", "tent", "chair", "awning", "stove"],
  safety: ["safety", "fire", "first aid", "extinguisher", "beacon"],
  power: ["battery", "solar", "inverter", "generator", "charger"],
};

export const recommendProducts = defineTool({
  name: "recommend_products",
  description: "Suggest gear from the catalogue for a purpose and a budget.",
  category: "shop",
  access: "read",
  triggers:
    /\b(?:recommend|suggest)\w*\b.{0,40}\b(?:gear|product|equipment|deflator|kit|tool)s?\b|\bwhat (?:gear|equipment)\b/iu,
  needs: ["database"],
  arguments: z.object({
    use_case: choice(USE_CASES, "What the gear is for").optional(),
    budget: number("Highest price of one product", { above: 0 }).optional(),
    limit: whole("Most results, 1 to 100; 10 if absent", { min: 1, max: 100 }).optional(),
  }),
  async run({ use_case, budget, limit = 10 }, { database }) {
    const words = use_case && WORDS[use_case];
    const products = await searchCatalogue(database, { words, maxPrice: budget, limit });
    return {
      success: true,
      use_case: use_case ?? null,
      recommendations_count: products.length,
      recommendations: products.map(({ id, title, price, category, url }) => ({
        id,
        title,
        price,
        category,
        reason:
          use_case === undefined ? "In the catalogue" : `For ${use_case.replaceAll("_", " ")}`,
        url,
      })),
      message: `${products.length} suggestions from the catalogue`,
    };
  },
});
