import type { PamContextError } from "./context/context-issue.ts";

/** One field of a request that the backend would refuse. */
export interface RequestIssue {
  /** `attachments.0`, for example; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** What the backend said when it refused. */
export interface Refusal {
  /** Of HTTP; absent on a socket. */
  readonly status: number | undefined;
  /** `error_code` of a frame, for example `SECURITY_VIOLATION`; absent over HTTP. */
  readonly errorCode: string | undefined;
  /** Its words, as far as it had any. */
  readonly detail: string;
  /** The whole answer: parsed where it was JSON, else its text. */
  readonly body: unknown;
}

/** Everything that may keep an answer from coming, but for the caller's own signal. */
export type PamFailure =
  /** Nothing was sent: the backend would refuse these fields, and count it against the user. */
  | { readonly kind: "invalid-request"; readonly issues: readonly RequestIssue[] }
  /** Nothing was sent: the context has errors. */
  | { readonly kind: "invalid-context"; readonly issues: readonly PamContextError[] }
  /** Nothing was sent: `getToken` gave none. */
  | { readonly kind: "no-token" }
  /** The token is refused, and `getToken` has no other: the user has to log in again. */
  | ({ readonly kind: "unauthorized" } & Refusal)
  | ({ readonly kind: "forbidden" } & Refusal)
  | ({ readonly kind: "rate-limited"; readonly retryAfterMs: number | undefined } & Refusal)
  /** This request is refused; the same again would be refused again. */
  | ({ readonly kind: "rejected" } & Refusal)
  | ({ readonly kind: "server-failed" } & Refusal)
  /** There was an answer, but none that this client can read. */
  | { readonly kind: "unreadable-answer"; readonly status: number | undefined }
  | { readonly kind: "unreachable" }
  | { readonly kind: "timed-out"; readonly limitMs: number }
  /** The socket was lost after the question was sent. It is not sent again: the backend may be working on it. */
  | {
      readonly kind: "connection-lost";
      readonly closeCode: number | undefined;
      readonly reason: string;
    }
  | { readonly kind: "queue-full"; readonly limit: number }
  /** `close()` was called. */
  | { readonly kind: "closed" };

export type PamFailureKind = PamFailure["kind"];

export interface PamClientErrorOptions extends ErrorOptions {
  /** The request may have reached the backend, and may have had its effect. */
  readonly mayHaveArrived: boolean;
}

function sentenceOf(failure: PamFailure): string {
  if ("issues" in failure) {
    return failure.issues.map(({ path, message }) => `${path}: ${message}`).join("; ");
  }
  if ("detail" in failure) {
    const { status, errorCode, detail } = failure;
    return [status, errorCode, detail]
      .filter((part) => part !== undefined && part !== "")
      .join(" ");
  }
  switch (failure.kind) {
    case "no-token":
      return "there is no access token";
    case "unreadable-answer":
      return "the answer cannot be read";
    case "unreachable":
      return "the backend cannot be reached";
    case "timed-out":
      return `no answer within ${failure.limitMs} ms`;
    case "connection-lost":
      return `the socket was lost: ${failure.closeCode ?? "no code"} ${failure.reason}`.trimEnd();
    case "queue-full":
      return `${failure.limit} questions are waiting already`;
    case "closed":
      return "the socket is closed";
  }
}

/**
 * The one error of this client. `failure` is a union by `kind`; `mayHaveArrived` says whether asking again could
 * have an effect twice. An aborted signal is no such error: what it rejects with is its own reason.
 */
export class PamClientError extends Error {
  override readonly name = "PamClientError";
  readonly failure: PamFailure;
  readonly mayHaveArrived: boolean;

  constructor(failure: PamFailure, { mayHaveArrived, ...options }: PamClientErrorOptions) {
    super(`Cannot get an answer: ${failure.kind}: ${sentenceOf(failure)}`, options);
    this.failure = failure;
    this.mayHaveArrived = mayHaveArrived;
  }

  get kind(): PamFailureKind {
    return this.failure.kind;
  }

  /** How long the backend asks to wait, in milliseconds, where it asks it. */
  get retryAfterMs(): number | undefined {
    return this.failure.kind === "rate-limited" ? this.failure.retryAfterMs : undefined;
  }
}
