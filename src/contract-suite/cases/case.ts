import type { ExpectedAnswer, ExpectedJson } from "#contract-suite/compare/answer.ts";
import type { Expectation } from "#contract-suite/expectation/expectation.ts";

export type Side = "legacy" | "native";

/** `probe`: made from the contracts, to try their limits. */
export type Tag = "smoke" | "full" | "probe";

/** A request as it is sent, tokens and captures not filled in yet. */
export interface CaseRequest {
  readonly method: string;
  /** The origin-form target, exactly as it goes out. */
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
}

export interface Exchange {
  readonly kind: "exchange";
  readonly request: CaseRequest;
  readonly expected: ExpectedAnswer;
  /** Name → JSON Pointer into the answer's body. */
  readonly captures: Readonly<Record<string, string>>;
}

/**
 * One turn of a conversation. `expect` waits for frames: exactly `one`, at least one (`many`), or perhaps one
 * (`optional`). `end` waits for the server to close; it is terminal. `leave` closes from the client; with
 * `listens` only after nothing more was heard for a while.
 */
export type Turn =
  | { readonly kind: "send"; readonly data: string | Buffer }
  | {
      readonly kind: "expect";
      readonly quantity: "one" | "many" | "optional";
      readonly frame: ExpectedJson;
    }
  | { readonly kind: "request"; readonly exchange: Exchange }
  | { readonly kind: "end"; readonly code: number; readonly reason: Expectation }
  | {
      readonly kind: "leave";
      readonly code: number;
      readonly reason: string;
      readonly listens: boolean;
    };

export interface Conversation {
  readonly kind: "conversation";
  readonly target: string;
  /** Names and values in turn, beside those of the handshake itself. */
  readonly headers: readonly string[];
  /** What the handshake is answered with instead of a 101. */
  readonly refusal: { readonly status: number; readonly body: string } | undefined;
  readonly turns: readonly Turn[];
}

export type Step = Exchange | Conversation;

/** One thing that every side must do alike, the deviations aside. */
export interface Case {
  readonly id: string;
  readonly title: string;
  /** The row of the route table; `undefined` where no row names the path. */
  readonly route: string | undefined;
  readonly concern: string;
  readonly tags: ReadonlySet<Tag>;
  /** Names of fixtures that the target must hold. */
  readonly needs: readonly string[];
  /** Why the case is never run. */
  readonly skip: string | undefined;
  /** Sides that the case is about. */
  readonly sides: readonly Side[];
  /** True where it changes what other cases meet, so that it must not run beside them. */
  readonly isAlone: boolean;
  /** The file and line where it is written. */
  readonly place: string;
  readonly steps: readonly Step[];
}
