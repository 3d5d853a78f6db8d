import { z } from "zod";

import { choice, number, text, whole } from "../arguments.ts";
import { defineTool } from "../tool.ts";
import { searchCatalogue, toProductWords } from "./products.ts";

const CATEGORIES = [
  "tools_maintenance",
  "camping_expedition",
  "recovery_gear",
  "parts_upgrades",
  "safety_equipment",
  "power_electronics",
  "comfort_living",
  "navigation_tech",
] as const;

/** The catalogue knows four of them under other names. */
const STORED_CATEGORIES: Readonly<Record<(typeof CATEGORIES)[number], readonly string[]>> = {
  tools_maintenance: ["tools_maintenance"],
  camping_expedition: ["camping_expedition"],
  recovery_gear: ["recovery_gear"],
  parts_upgrades: ["parts_upgrades"],
  safety_equipment: ["recovery_gear", "outdoor_gear"],
  power_electronics: ["electronics"],
  comfort_living: ["outdoor_gear", "camping_expedition"],
  navigation_tech: ["electronics", "books_manuals"],
};

export const searchProducts = defineTool({
  name: "search_products",
  description: "Search the catalogue of travel gear by words, category and price.",
  category: "shop",
  access: "read",
  triggers: /\b(?:buy|purchase|shop)\b|\bproducts?\b|\b(?:gear|accessories|spares|parts) for\b/iu,
  needs: ["database"],
  arguments: z.object({
    query: text("Words to look for", 200),
    category: choice(CATEGORIES, "Category of the catalogue").optional(),
    max_price: number("Highest price", { above: 0 }).optional(),
    min_price: number("Lowest price", { min: 0 }).optional(),
    limit: whole("Most results, 1 to 100; 20 if absent", { min: 1, max: 100 }).optional(),
  }),
  async run({ query, category, max_price, min_price, limit = 20 }, { database }) {
    const products = await searchCatalogue(database, {
      words: toProductWords(query),
      categories: category && STORED_CATEGORIES[category],
      maxPrice: max_price,
      minPrice: min_price,
      limit,
    });
    return {
      success: true,
      query,
      products_found: products.length,
      products,
      internal_count: products.length,
      external_count: 0,
      message:
        products.length === 0
          ? `The catalogue has nothing for ${query}`
          : `Found ${products.length} products in the catalogue`,
    };
  },
});
