import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  routeModel,
  selectModels,
  type ModelRoute,
  type RouteRequest,
} from "#pam/providers/index.ts";
import { TIERS } from "#pam/retry-policy.ts";

const ALL = ["anthropic", "openai", "deepseek"];
const REQUEST: RouteRequest = {
  tier: "paid",
  complexity: "medium",
  needsTools: true,
  inputTokens: 3_000,
  maxOutputTokens: 1_024,
};

function route(
  request: Partial<RouteRequest>,
  { providers = ALL, open = [] }: { providers?: readonly string[]; open?: readonly string[] } = {},
): ModelRoute | undefined {
  return routeModel(
    { ...REQUEST, ...request },
    { models: selectModels(providers), isHealthy: ({ provider }) => !open.includes(provider) },
  );
}

const chainOf = (found: ModelRoute | undefined): string[] =>
  found?.chain.map(({ model }) => model) ?? [];

describe("the order", () => {
  test("those who pay get quality first", () => {
    expect(chainOf(route({ tier: "paid" }))).toEqual([
      "claude-sonnet-4-6",
      "gpt-6-sol",
      "deepseek-flash",
    ]);
  });

  test("those who do not get the cheapest first", () => {
    expect(chainOf(route({ tier: "free" }))).toEqual([
      "deepseek-flash",
      "gpt-6-sol",
      "claude-sonnet-4-6",
    ]);
  });

  test("a simple message goes to each provider's cheapest model", () => {
    expect(chainOf(route({ complexity: "simple" }))).toEqual([
      "claude-haiku-4-5",
      "gpt-6-luna",
      "deepseek-flash",
    ]);
  });

  test("a provider without a key is not in the chain", () => {
    expect(chainOf(route({}, { providers: ["openai"] }))).toEqual(["gpt-6-sol"]);
  });

  test("the offline provider stands alone where there is no other", () => {
    expect(chainOf(route({}, { providers: ["offline"] }))).toEqual(["offline"]);
  });
});

describe("what fits", () => {
  test("a context that a model cannot hold passes it over", () => {
    expect(chainOf(route({ inputTokens: 199_000 }))).toEqual(["gpt-6-sol", "deepseek-flash"]);
    expect(chainOf(route({ inputTokens: 198_976 }))[0]).toBe("claude-sonnet-4-6");
  });

  test("a context that none can hold has no route", () => {
    expect(route({ inputTokens: 2_000_000 })).toBeUndefined();
  });

  test("a model without tools is passed over where tools are needed", () => {
    const models = selectModels(["openai"]).map((spec) => ({
      ...spec,
      takesTools: spec.size === "small",
    }));
    const facts = { models, isHealthy: () => true };
    expect(chainOf(routeModel({ ...REQUEST, needsTools: true }, facts))).toEqual(["gpt-6-luna"]);
    expect(chainOf(routeModel({ ...REQUEST, needsTools: false }, facts))).toEqual(["gpt-6-sol"]);
  });
});

describe("health", () => {
  test("a model whose breaker is open goes to the end of the chain, and the reason says so", () => {
    const found = route({}, { open: ["anthropic"] });
    expect(chainOf(found)).toEqual(["gpt-6-sol", "deepseek-flash", "claude-sonnet-4-6"]);
    expect(found?.reason).toBe(
      "paid tier, medium message with tools: main model of openai; put last, breaker open: anthropic",
    );
  });

  test("where all are open, the tier's order stands", () => {
    const found = route({}, { open: ALL });
    expect(chainOf(found)[0]).toBe("claude-sonnet-4-6");
    expect(found?.reason).toBe("paid tier, medium message with tools: main model of anthropic");
  });
});

test("the cost is that of the first model's longest answer", () => {
  expect(route({})?.estimatedUsd).toBeCloseTo((3_000 * 3 + 1_024 * 15) / 1_000_000, 12);
});

test("whatever is asked, a chain names each provider once, and only models that fit", () => {
  const requests = fc.record({
    tier: fc.constantFrom(...TIERS),
    complexity: fc.constantFrom("simple" as const, "medium" as const, "complex" as const),
    needsTools: fc.boolean(),
    inputTokens: fc.nat(1_500_000),
    maxOutputTokens: fc.nat(64_000),
  });
  fc.assert(
    fc.property(requests, fc.subarray(ALL), fc.subarray(ALL), (request, providers, open) => {
      const chain = route(request, { providers, open })?.chain ?? [];
      const names = chain.map(({ provider }) => provider);
      expect(new Set(names).size).toBe(names.length);
      for (const { model } of chain) {
        const spec = selectModels(providers).find((candidate) => candidate.model === model);
        expect(spec?.contextTokens).toBeGreaterThanOrEqual(
          request.inputTokens + request.maxOutputTokens,
        );
      }
    }),
  );
});
