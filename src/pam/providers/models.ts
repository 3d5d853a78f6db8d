import type { Tier } from "#pam/retry-policy.ts";
import { AppError } from "#platform/errors.ts";

import type { ModelTarget } from "./breakers.ts";

export interface ModelSpec extends ModelTarget {
  /** `main` is asked unless a message is simple. */
  readonly size: "main" | "small";
  /** What prompt and answer may hold together. */
  readonly contextTokens: number;
  readonly takesTools: boolean;
  readonly usdPerMillionTokens: { readonly input: number; readonly output: number };
}

/**
 * Every model that may be asked, as the providers list them in November 2026. Those of the legacy are retired or
 * about to be (`claude-sonnet-4-5` on 2026-11-30, `deepseek-chat` since July 2026); these are their successors that
 * answer without thinking first, which a first token within 8 s needs. DeepSeek's price is that of its peak hours.
 */
export const MODELS = [
  {
    provider: "anthropic",
    model: "claude-sonnet-4-6",
    size: "main",
    contextTokens: 200_000,
    takesTools: true,
    usdPerMillionTokens: { input: 3, output: 15 },
  },
  {
    provider: "anthropic",
    model: "claude-haiku-4-5",
    size: "small",
    contextTokens: 200_000,
    takesTools: true,
    usdPerMillionTokens: { input: 1, output: 5 },
  },
  {
    provider: "openai",
    model: "gpt-6-sol",
    size: "main",
    contextTokens: 1_050_000,
    takesTools: true,
    usdPerMillionTokens: { input: 2, output: 10 },
  },
  {
    provider: "openai",
    model: "gpt-6-luna",
    size: "small",
    contextTokens: 1_050_000,
    takesTools: true,
    usdPerMillionTokens: { input: 0.1, output: 0.5 },
  },
  {
    provider: "deepseek",
    model: "deepseek-flash",
    size: "main",
    contextTokens: 1_000_000,
    takesTools: true,
    usdPerMillionTokens: { input: 0.28, output: 1.12 },
  },
  {
    provider: "offline",
    model: "offline",
    size: "main",
    contextTokens: 1_000_000,
    takesTools: true,
    usdPerMillionTokens: { input: 0, output: 0 },
  },
] as const satisfies readonly ModelSpec[];

interface Purpose {
  readonly maxOutputTokens: number;
  readonly temperature: number;
}

/** What a request is for decides how long and how free its answer may be. */
export const PURPOSES = {
  chat: { maxOutputTokens: 1_024, temperature: 0.7 },
  "choose-tools": { maxOutputTokens: 1_024, temperature: 0.3 },
  "after-tools": { maxOutputTokens: 2_048, temperature: 0.7 },
  voice: { maxOutputTokens: 300, temperature: 0.7 },
  classification: { maxOutputTokens: 64, temperature: 0 },
} as const satisfies Record<string, Purpose>;

const PAID_PLANS: ReadonlySet<string> = new Set(["monthly", "annual", "admin"]);

/** By the legacy's quota service: who has no plan, or one that nobody knows, is on the free tier. */
export function toTier(plan: string | null | undefined): Tier {
  return PAID_PLANS.has(plan ?? "") ? "paid" : "free";
}

/**
 * The models of the providers that are configured. A model named for a provider is the only one of it.
 * Throws `CONFIGURATION_INVALID` for a model that is not listed: a typing error is found at the start.
 */
export function selectModels(
  providers: Iterable<string>,
  pinned: Readonly<Record<string, string | undefined>> = {},
): readonly ModelSpec[] {
  return [...providers].flatMap((provider) => {
    const offered = MODELS.filter((spec) => spec.provider === provider);
    const model = pinned[provider];
    if (model === undefined) return offered;
    const chosen = offered.filter((spec) => spec.model === model);
    if (chosen.length > 0) return chosen;
    const known = offered.map((spec) => spec.model).join(", ");
    throw new AppError(
      "CONFIGURATION_INVALID",
      `Cannot use model "${model}" of ${provider}: it is not listed: expected one of ${known}`,
    );
  });
}

/** Characters over four: near enough to choose a model by, never to bill by. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / 4);
}

export function estimateUsd(
  { usdPerMillionTokens: price }: Pick<ModelSpec, "usdPerMillionTokens">,
  tokens: { readonly input: number; readonly output: number },
): number {
  return (tokens.input * price.input + tokens.output * price.output) / 1_000_000;
}
