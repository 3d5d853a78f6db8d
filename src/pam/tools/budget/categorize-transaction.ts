import { z } from "zod";

import { number, text } from "../arguments.ts";
import { defineTool } from "../tool.ts";

/** First match wins: propane before gas, since people write "propane gas". */
const PATTERNS: readonly (readonly [category: string, pattern: RegExp])[] = [
  ["propane", /\b(?:propane|lpg|gas bottle)\b/iu],
  ["registration", /\b(?:rego|registration|dmv|number plates?|licen[cs]e plates?)\b/iu],
  ["insurance", /\b(?:insurance|insurer|premium policy|geico|progressive|allianz|nrma)\b/iu],
  ["campground", /\b(?:camp(?:ground|site|ing)?s?|caravan park|rv park|koa|hipcamp)\b/iu],
  ["maintenance", /\b(?:oil change|tyres?|tires?|mechanic|repairs?|service|brakes?|workshop)\b/iu],
  ["gas", /\b(?:gas|fuel|petrol|diesel|shell|chevron|exxon|bp|caltex|ampol|servo)\b/iu],
  ["utilities", /\b(?:electric(?:ity)?|water|internet|wifi|phone|mobile plan|starlink)\b/iu],
  [
    "food",
    /\b(?:grocer(?:y|ies)|supermarket|restaurant|cafe|coffee|lunch|dinner|breakfast|food|pizza|woolworths|coles|aldi|walmart)\b/iu,
  ],
  ["entertainment", /\b(?:movies?|cinema|museum|netflix|spotify|concert|tickets?|tours?|zoo)\b/iu],
  ["shopping", /\b(?:amazon|ebay|target|kmart|bunnings|clothes|clothing|shop(?:ping)?)\b/iu],
];

export const categorizeTransaction = defineTool({
  name: "categorize_transaction",
  description: "Guess the spending category of a transaction from its text.",
  category: "budget",
  access: "read",
  triggers: /\bcategori[sz]e\b|\b(?:what|which) category\b/iu,
  needs: [],
  arguments: z.object({
    description: text("The transaction's text, as the bank or the user puts it"),
    amount: number("Amount of money").optional(),
  }),
  run({ description, amount }) {
    const found = PATTERNS.find(([, pattern]) => pattern.test(description));
    return {
      success: true,
      category: found?.[0] ?? "other",
      confidence: found === undefined ? "low" : "high",
      description,
      amount: amount ?? null,
      merchant: null,
    };
  },
});
