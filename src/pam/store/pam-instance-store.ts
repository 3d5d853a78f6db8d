import type { Closeable } from "#platform/lifecycle.ts";

import type { DatedMessage, HistoryMessage } from "./history-message.ts";
import type { InstanceState } from "./instance-state.ts";
import type { PendingConfirmation } from "./pending-confirmation.ts";

/** What is known of one user: the assistant has no other memory between turns. */
export interface PamInstance {
  readonly state: InstanceState;
  /** The newest 20 messages, oldest first. */
  readonly history: readonly DatedMessage[];
}

export interface TurnOptions {
  readonly userId: string;
  /** The conversation as the client names it. */
  readonly sessionId?: string | undefined;
}

/** The right to this user's turn. Disposing gives it back, as often as it is done. */
export interface TurnLease extends AsyncDisposable {
  readonly userId: string;
  readonly sessionId: string | undefined;
  /** Grows with every turn of the user; 0 where only this process keeps turns apart. */
  readonly fence: number;
  /** Aborted when the right is lost: another process has the turn now. */
  readonly signal: AbortSignal;
}

/** `superseded`: a later turn has begun meanwhile, and nothing was kept. */
export type AppendResult = "kept" | "superseded";

export interface StoreHealth {
  /** Turns work on what this process has in hand, because the shared store cannot be reached. */
  readonly isDegraded: boolean;
  /** Users with changes that the shared store does not have yet. */
  readonly unsavedUsers: number;
  readonly problem: string | undefined;
}

/**
 * State and history of users, by user id. Nothing in it rejects because a store is away, and what is not used
 * for 24 hours is forgotten.
 */
export interface PamInstanceStore extends Closeable {
  /** Waits until no other turn of this user runs. Rejects only with the signal's reason. */
  beginTurn(turn: TurnOptions, signal: AbortSignal): Promise<TurnLease>;
  read(userId: string): Promise<PamInstance>;
  /** Sets the fields that are given and leaves the others. Throws a `RangeError` over 16 KB of context. */
  update(userId: string, state: InstanceState): Promise<void>;
  /**
   * Gives what waits for the user's yes, once and to one caller alone. Where a shared store cannot say whether another
   * has had it, only what that store was never told of is given.
   */
  takePending(userId: string): Promise<PendingConfirmation | undefined>;
  /** All of the messages or none, next to one another, and then only the newest 20 are left. */
  append(lease: TurnLease, messages: readonly HistoryMessage[]): Promise<AppendResult>;
  /** Forgets the user's state and history. Rejects where an archive keeps them. */
  forget(userId: string): Promise<void>;
  health(): StoreHealth;
}
