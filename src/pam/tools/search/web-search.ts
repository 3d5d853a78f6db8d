import { z } from "zod";

import { choice, text } from "../arguments.ts";
import { defineTool } from "../tool.ts";

const HINTS = { product: "buy price", local: "near", news: "news", "how-to": "how to" } as const;

export const webSearch = defineTool({
  name: "web_search",
  description: "Search the public web for current facts, prices or news.",
  category: "search",
  access: "read",
  needs: ["webSearch"],
  timeoutMs: 15_000,
  arguments: z.object({
    query: text("What to search for, 500 characters at most", 500),
    search_type: choice(["product", "local", "news", "how-to"], "Kind of search").optional(),
    num_results: z.int("must be a whole number").default(10).describe("Results wanted, 1 to 20"),
    location: text("Place to search around", 200).optional(),
  }),
  async run({ query, search_type, num_results, location }, { webSearch: search }, signal) {
    const words = [
      query,
      search_type === "news" || search_type === "product" ? HINTS[search_type] : undefined,
      location === undefined ? undefined : `${HINTS.local} ${location}`,
    ];
    const count = Math.min(Math.max(num_results, 1), 20);
    const sent = words.filter((word) => word !== undefined).join(" ");
    const hits = await search.search(sent, count, signal);
    return {
      success: true,
      query,
      search_type: search_type ?? null,
      location: location ?? null,
      total_results: hits.length,
      results: hits.map((hit, index) => ({
        rank: index + 1,
        ...hit,
        search_engines: [search.engine],
      })),
      engines_used: [search.engine],
      message: hits.length === 0 ? "Nothing was found" : `Found ${hits.length} pages`,
    };
  },
});
