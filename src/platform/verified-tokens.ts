import { hash } from "node:crypto";

import type { Principal } from "#platform/auth.ts";
import type { Clock } from "#platform/clock.ts";

/** A key that is withdrawn, or a user who is banned, is believed for this much longer at most. */
const MAX_KEPT_MS = 300_000;
/** Some 2 MB; beyond it the token that was not seen for longest is forgotten. */
const MAX_TOKENS = 10_000;

/**
 * Tokens that were found good, by a hash of the whole token, never past their own expiry. What was refused is not
 * kept: who sends rubbish would otherwise choose what is remembered.
 */
export interface VerifiedTokens {
  principalOf(token: string): Principal | undefined;
  /** `expiresAtS` is the token's `exp`: seconds since the epoch. */
  keep(token: string, principal: Principal, expiresAtS: number): void;
}

interface Kept {
  readonly principal: Principal;
  readonly expiresAtMs: number;
  readonly keptUntilMs: number;
}

const keyOf = (token: string): string => hash("sha256", token, "base64");

export function createVerifiedTokens(clock: Clock, maxTokens = MAX_TOKENS): VerifiedTokens {
  /** In the order of their last use, the longest ago first. */
  const tokens = new Map<string, Kept>();

  return {
    principalOf(token) {
      const key = keyOf(token);
      const kept = tokens.get(key);
      if (kept === undefined) return undefined;
      tokens.delete(key);
      // The wall clock for what the issuer said, the other for how long ago it was: the first can be set back.
      if (clock.now() >= kept.expiresAtMs || clock.monotonicMs() >= kept.keptUntilMs) {
        return undefined;
      }
      tokens.set(key, kept);
      return kept.principal;
    },
    keep(token, principal, expiresAtS) {
      tokens.set(keyOf(token), {
        principal,
        expiresAtMs: expiresAtS * 1000,
        keptUntilMs: clock.monotonicMs() + MAX_KEPT_MS,
      });
      const [oldest] = tokens.keys();
      if (tokens.size > maxTokens && oldest !== undefined) tokens.delete(oldest);
    },
  };
}
