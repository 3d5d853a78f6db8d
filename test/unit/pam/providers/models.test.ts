import { expect, test } from "vitest";

import { MODELS, estimateTokens, PURPOSES, selectModels, toTier } from "#pam/providers/models.ts";
import { FALLBACK_ORDER } from "#pam/retry-policy.ts";
import { AppError } from "#platform/errors.ts";

test("every provider of the order has a main model that takes tools", () => {
  for (const provider of FALLBACK_ORDER.paid) {
    const main = MODELS.filter((spec) => spec.provider === provider && spec.size === "main");
    expect(main).toHaveLength(1);
    expect(main[0]?.takesTools).toBe(true);
  }
});

test("no model is listed twice", () => {
  const ids = MODELS.map(({ provider, model }) => `${provider}/${model}`);
  expect(new Set(ids).size).toBe(ids.length);
});

test("every model holds the longest answer of any purpose", () => {
  const longest = Math.max(...Object.values(PURPOSES).map((purpose) => purpose.maxOutputTokens));
  for (const spec of MODELS) expect(spec.contextTokens).toBeGreaterThan(10 * longest);
});

test("a model named for a provider is the only one of it", () => {
  const chosen = selectModels(["anthropic", "openai"], { openai: "gpt-6-luna" });
  expect(chosen.map(({ model }) => model)).toEqual([
    "claude-sonnet-4-6",
    "claude-haiku-4-5",
    "gpt-6-luna",
  ]);
});

const select = (): unknown => selectModels(["openai"], { openai: "gpt-4" });

test("a model that is not listed is refused, and the message lists those that are", () => {
  expect(select).toThrow(AppError);
  expect(select).toThrow(
    'Cannot use model "gpt-4" of openai: it is not listed: expected one of gpt-6-sol, gpt-6-luna',
  );
});

test("four characters are a token, and a part of one is one", () => {
  expect([0, 1, 4, 5].map(estimateTokens)).toEqual([0, 1, 1, 2]);
});

test.each([
  ["monthly", "paid"],
  ["annual", "paid"],
  ["admin", "paid"],
  ["free_trial", "free"],
  ["", "free"],
  [null, "free"],
  [undefined, "free"],
])("the plan %s is on the %s tier", (plan, tier) => {
  expect(toTier(plan)).toBe(tier);
});
