import type { Failure, FailureKind } from "#pam/retry-policy.ts";
import { toFailureKind } from "#pam/retry-policy.ts";
import { readRetryAfterMs } from "#platform/resilience/retry-after.ts";

/** An expected failure of a provider, with the facts on which the policy decides. The message is for logs only. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly failure: Failure;

  constructor(failure: Failure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

interface ErrorAnswer {
  readonly status: number;
  readonly headers: Pick<Headers, "get"> | undefined;
  readonly nowMs: number;
}

/** What an answer's status and headers mean for the policy. */
export function toFailure({ status, headers, nowMs }: ErrorAnswer): Failure {
  const retryAfterMs = headers === undefined ? undefined : readRetryAfterMs(headers, nowMs);
  return { kind: toFailureKind(status), status, retryAfterMs };
}

export function malformed(message: string, cause?: unknown): ProviderError {
  return new ProviderError({ kind: "malformed-answer" }, message, { cause });
}

/** Errors that some providers send inside a stream that began well, by their `type`. */
const STREAMED_KINDS: Readonly<Record<string, FailureKind>> = {
  authentication_error: "not-authorized",
  insufficient_quota: "out-of-credit",
  invalid_request_error: "bad-request",
  not_found_error: "model-not-found",
  overloaded_error: "overloaded",
  permission_error: "not-authorized",
  rate_limit_error: "rate-limited",
  request_too_large: "request-too-large",
  timeout_error: "timeout",
};

export function toStreamedKind(type: string | null | undefined): FailureKind {
  return STREAMED_KINDS[type ?? ""] ?? "server-error";
}
