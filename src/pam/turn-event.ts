import type { Failure } from "#pam/retry-policy.ts";

import type { ModelTarget, Usage } from "./providers/index.ts";
import type { MaliciousResult } from "./safety/result.ts";
import type { ToolResult } from "./tools/door.ts";
import type { UiAction } from "./turn/ui-actions.ts";

/** What a turn lets its caller see, in the order in which it happens. The last event is always a `TurnLast`. */
export type TurnEvent = TurnStep | TurnLast;

export type TurnStep =
  | { readonly kind: "text-delta"; readonly text: string }
  /** The model asks for a tool; whether it is run, its `tool-result` says. */
  | { readonly kind: "tool-call"; readonly callId: string; readonly name: string }
  /** One for each `tool-call`. The result is whole: it stays on this side, the model got it redacted. */
  | {
      readonly kind: "tool-result";
      readonly callId: string;
      readonly name: string;
      readonly result: ToolResult;
    };

export type TurnLast = TurnEnd | TurnError;

/**
 * Why a turn is complete. `length` and `refused` are the model's; `empty` and `unphrased` have a text of the turn's
 * own: the model said nothing, or it could not be asked again after a tool had changed data.
 */
export type TurnEndReason = "answered" | "length" | "refused" | "empty" | "unphrased";

/** The turn is in the history. */
export interface TurnEnd {
  readonly kind: "turn-end";
  readonly reason: TurnEndReason;
  /** All text deltas in a row; never empty. */
  readonly text: string;
  readonly uiActions: readonly UiAction[];
  /** Who gave the last answer; `undefined` where nobody gave any. */
  readonly served: ModelTarget | undefined;
  /** Of all answers together. */
  readonly usage: Usage;
}

/** Nothing of the turn is in the history; where it may have changed anything, what was asked and this text are. */
export interface TurnError {
  readonly kind: "turn-error";
  readonly reason: TurnErrorReason;
  /** What the user may read, where the surface has nothing better. */
  readonly text: string;
  /** What tools changed before it broke: that is not undone. */
  readonly uiActions: readonly UiAction[];
  /** A change was carried out, or nobody knows whether it was: the text says so, and nobody is to try again blindly. */
  readonly mayHaveChanged: boolean;
}

export type TurnErrorReason =
  | { readonly kind: "blocked"; readonly verdict: MaliciousResult }
  /** No model answered; `isPartial` where some of its text is out already. */
  | { readonly kind: "model-failed"; readonly failure: Failure; readonly isPartial: boolean }
  | { readonly kind: StopKind }
  | { readonly kind: "defect"; readonly error: unknown };

/** Time was up; the caller gave up; another process has this user's turn. */
export type StopKind = "deadline" | "cancelled" | "superseded";
