import type { Expectation } from "#contract-suite/expectation/expectation.ts";
import type { VolatileKind } from "#contracts/recordings/volatile.ts";

/** `pattern`: the source of a regular expression for the whole of one value. `values`: these and no others, in this order; `{{name}}` in one stands for a placeholder of the recordings. */
export type HeaderExpectation =
  | { readonly kind: "values"; readonly values: readonly string[] }
  | { readonly kind: "pattern"; readonly pattern: string }
  | { readonly kind: "absent" };

export interface ExpectedJson {
  readonly expectation: Expectation;
  /** The recorded text, which the legacy repeats but for its volatile values. */
  readonly exact?: {
    readonly text: string;
    readonly volatile: Readonly<Record<string, VolatileKind>>;
  };
}

export type ExpectedBody =
  | (ExpectedJson & { readonly kind: "json" })
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes"; readonly sha256: string; readonly length: number }
  | { readonly kind: "any"; readonly because: string };

/**
 * `accepted`: anything but a validation error or a failure. `accepted-or-unavailable`: the same, or 503.
 * `refused`: any 4xx. `answered`: anything but a failure.
 */
export type StatusExpectation =
  | number
  | "accepted"
  | "accepted-or-unavailable"
  | "refused"
  | "answered";

export interface ExpectedAnswer {
  readonly status: StatusExpectation;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, HeaderExpectation>;
  /** True where a header that is not listed is a difference. */
  readonly areHeadersClosed: boolean;
  readonly body: ExpectedBody;
}

export interface ReceivedAnswer {
  readonly status: number;
  /** Names and values in turn, as on the wire. */
  readonly headers: readonly string[];
  /** With any content coding undone. */
  readonly body: Buffer;
}
