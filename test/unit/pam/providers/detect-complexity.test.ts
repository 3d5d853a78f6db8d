import { expect, test } from "vitest";

import { detectComplexity } from "#pam/providers/index.ts";
import { estimateUsd } from "#pam/providers/models.ts";

/** What the legacy's own routine said of these messages. */
import vectors from "./complexity-vectors.json" with { type: "json" };

test.each(vectors)("$message is as complex as the legacy finds it", (vector) => {
  const { complexity, confidence } = vector;
  expect(detectComplexity(vector.message)).toEqual({ complexity, confidence });
});

/** In millionths: what the legacy's models cost then, per million tokens. */
const LEGACY_PRICES: Readonly<Record<string, { input: number; output: number }>> = {
  "gemini-3.0-flash": { input: 0.1, output: 0.4 },
  "claude-sonnet-4-5-20250929": { input: 3, output: 15 },
};

test.each(vectors)("$message costs what the legacy reckons, at its prices", (vector) => {
  const usdPerMillionTokens = LEGACY_PRICES[vector.model] ?? { input: NaN, output: NaN };
  const tokens = { input: Math.trunc(1.3 * vector.message.length) + 1_500, output: 500 };
  expect(estimateUsd({ usdPerMillionTokens }, tokens)).toBeCloseTo(vector.estimated_cost, 5);
});
