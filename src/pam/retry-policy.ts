/*
 * Which failure of which provider is tried again, where and how often. Numbers and pure functions; how one waits,
 * counts and cuts off stands in `platform/resilience`. `docs/providers.md` shows the tables, a test holds them equal.
 */
import { fullJitterDelayMs } from "#platform/resilience/backoff.ts";

/** Milliseconds unless the name says otherwise. */
export const PROVIDER_POLICY = {
  connectMs: 3_000,
  firstAttemptMs: 12_000,
  nextAttemptMs: 10_000,
  /** An attempt that cannot have this long is not begun. */
  minAttemptMs: 3_000,
  firstTokenMs: 8_000,
  /** Between two pieces of a stream. Arguments of a tool may come in gusts some seconds apart. */
  betweenChunksMs: 8_000,
  streamMs: 60_000,
  turnMs: 27_000,
  attemptsPerProvider: 2,
  attemptsPerCall: 3,
  attemptsPerTurn: 6,
  backoff: { baseMs: 250, capMs: 2_000 },
  /** A server that asks for more is left for the next provider. */
  maxRetryAfterMs: 2_000,
  breaker: { maxFailures: 5, windowMs: 30_000, openMs: 30_000 },
  /** What one answer may hold; a model that was asked for far less and goes on is cut off. */
  maxOutputCharacters: 64_000,
} as const;

export type ProviderPolicy = {
  readonly [Key in keyof typeof PROVIDER_POLICY]: (typeof PROVIDER_POLICY)[Key] extends number
    ? number
    : { readonly [Inner in keyof (typeof PROVIDER_POLICY)[Key]]: number };
};

export const TIERS = ["paid", "free"] as const;
export type Tier = (typeof TIERS)[number];

/** Quality first for those who pay, price first for the others. */
export const FALLBACK_ORDER = {
  paid: ["anthropic", "openai", "deepseek"],
  free: ["deepseek", "openai", "anthropic"],
} as const satisfies Record<Tier, readonly string[]>;

interface FailureRule {
  /** Whether the same provider may be asked again. */
  readonly isRetried: boolean;
  /** Whether the next provider may be asked. Not where the request itself is at fault: it would fail there too. */
  readonly fallsBack: boolean;
  /** How much of a failure it is to the breaker. */
  readonly breakerWeight: number;
}

export const FAILURE_RULES = {
  network: { isRetried: true, fallsBack: true, breakerWeight: 1 },
  timeout: { isRetried: true, fallsBack: true, breakerWeight: 1 },
  conflict: { isRetried: true, fallsBack: true, breakerWeight: 1 },
  "rate-limited": { isRetried: true, fallsBack: true, breakerWeight: 0.5 },
  overloaded: { isRetried: true, fallsBack: true, breakerWeight: 1 },
  "server-error": { isRetried: true, fallsBack: true, breakerWeight: 1 },
  "malformed-answer": { isRetried: true, fallsBack: true, breakerWeight: 1 },
  "breaker-open": { isRetried: false, fallsBack: true, breakerWeight: 0 },
  "budget-spent": { isRetried: false, fallsBack: false, breakerWeight: 0 },
  "out-of-credit": { isRetried: false, fallsBack: true, breakerWeight: 1 },
  "not-authorized": { isRetried: false, fallsBack: true, breakerWeight: 1 },
  "model-not-found": { isRetried: false, fallsBack: true, breakerWeight: 1 },
  "request-too-large": { isRetried: false, fallsBack: false, breakerWeight: 0 },
  "bad-request": { isRetried: false, fallsBack: false, breakerWeight: 0 },
} as const satisfies Record<string, FailureRule>;

export type FailureKind = keyof typeof FAILURE_RULES;

/** The facts on which a decision rests; never a message. */
export interface Failure {
  readonly kind: FailureKind;
  /** HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  /** What the server asked for. */
  readonly retryAfterMs?: number | undefined;
}

/** Statuses with a meaning of their own; below are the rest by their hundred. */
export const STATUS_KINDS: Readonly<Record<number, FailureKind>> = {
  401: "not-authorized",
  402: "out-of-credit",
  403: "not-authorized",
  404: "model-not-found",
  408: "timeout",
  409: "conflict",
  413: "request-too-large",
  429: "rate-limited",
  503: "overloaded",
  529: "overloaded",
};

export function toFailureKind(status: number): FailureKind {
  const known = STATUS_KINDS[status];
  if (known !== undefined) return known;
  return status >= 500 ? "server-error" : "bad-request";
}

/** Where a model call stands after a failed attempt. */
export interface Standing {
  readonly failure: Failure;
  readonly attemptsAtProvider: number;
  readonly attemptsOfCall: number;
  readonly attemptsLeftInTurn: number;
  /** Of the turn's time. */
  readonly msLeft: number;
  /** Whether the chain names another provider that may still be asked. */
  readonly hasFallback: boolean;
}

export type Decision =
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "fall-back" }
  | { readonly kind: "give-up" };

/** Retry where it may help and may be afforded, else the next provider, else the end. */
export function decideAfterFailure(
  standing: Standing,
  random: () => number,
  policy: ProviderPolicy = PROVIDER_POLICY,
): Decision {
  const { failure, msLeft } = standing;
  const rule = FAILURE_RULES[failure.kind];
  const mayGoOn =
    standing.attemptsOfCall < policy.attemptsPerCall &&
    standing.attemptsLeftInTurn > 0 &&
    msLeft >= policy.minAttemptMs;
  if (!mayGoOn) return { kind: "give-up" };

  const delayMs =
    failure.retryAfterMs ?? fullJitterDelayMs(standing.attemptsAtProvider, policy.backoff, random);
  const isWorthwhile =
    rule.isRetried &&
    standing.attemptsAtProvider < policy.attemptsPerProvider &&
    delayMs <= policy.maxRetryAfterMs &&
    msLeft - delayMs >= policy.minAttemptMs;
  if (isWorthwhile) return { kind: "retry", delayMs };
  return rule.fallsBack && standing.hasFallback ? { kind: "fall-back" } : { kind: "give-up" };
}

/** How long the next attempt may take in all. */
export function attemptMs(
  attemptsOfCall: number,
  msLeft: number,
  policy: ProviderPolicy = PROVIDER_POLICY,
): number {
  return Math.min(attemptsOfCall === 0 ? policy.firstAttemptMs : policy.nextAttemptMs, msLeft);
}
