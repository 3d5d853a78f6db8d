import type { PamFailure } from "../pam-client-error.ts";
import type { SocketPolicy } from "./socket-policy.ts";

/** How a connection ended. */
export interface Loss {
  /** What the backend said; absent where the client gave the connection up. */
  readonly closeCode: number | undefined;
  readonly reason: string;
}

export interface LossFacts extends Loss {
  /** Failures in a row, this one included. */
  readonly failures: number;
  /** What the last refusal of this connection asked to wait. */
  readonly retryAfterMs: number | undefined;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly policy: SocketPolicy;
}

export type NextStep =
  | { readonly kind: "reconnect"; readonly delayMs: number; readonly needsOtherToken: boolean }
  | { readonly kind: "stop"; readonly failure: PamFailure };

/** The backend ends a socket by itself only as it refuses the token, or what was sent. */
const LOG_IN_AGAIN: ReadonlySet<number> = new Set([
  // The token is missing, expired, unreadable, or another user's.
  4001,
  // RFC 6455 §7.4.1: what a proxy in front says for the same.
  1008,
]);
const TOO_MANY_MESSAGES = 4008;
/** Nothing went wrong: whoever closed wants it closed. */
const NORMAL = 1000;

function floorMs({ closeCode, retryAfterMs, policy }: LossFacts): number {
  return closeCode === TOO_MANY_MESSAGES ? (retryAfterMs ?? policy.rateWindowMs) : 0;
}

/** Whether and when to dial again. Pure. */
export function decideAfterLoss(facts: LossFacts): NextStep {
  const { closeCode, reason, failures, random, policy } = facts;
  if (closeCode === NORMAL) {
    return { kind: "stop", failure: { kind: "connection-lost", closeCode, reason } };
  }
  if (failures >= policy.maxAttempts) return { kind: "stop", failure: { kind: "unreachable" } };
  const { baseMs, capMs } = policy.backoff;
  const jitteredMs = Math.floor(random() * Math.min(capMs, baseMs * 2 ** (failures - 1)));
  return {
    kind: "reconnect",
    delayMs: Math.max(floorMs(facts), jitteredMs),
    needsOtherToken: closeCode !== undefined && LOG_IN_AGAIN.has(closeCode),
  };
}
