import type { FlagsDocument } from "#platform/flags/flags-document.ts";
import type { Closeable } from "#platform/lifecycle.ts";

/** Who a flag is evaluated for. The same key serves every stickiness, so that nobody is drawn by chance. */
export interface FlagSubject {
  readonly key: string;
  readonly remoteAddress?: string;
}

/** `absent` is not `off`: an absent route flag hands the question on to its concern's flag. */
export type FlagValue = "on" | "off" | "absent";

/**
 * How far the flags can be believed. `fresh`: confirmed by the source within its own rhythm. `stale`: the
 * last confirmation is older than that. `offline`: a source is set but was never reached. `static`: no
 * source is set, everything is legacy.
 */
export interface FlagFreshness {
  readonly state: "fresh" | "stale" | "offline" | "static";
  readonly source: "unleash" | "file" | "none";
  /** Milliseconds since the source last confirmed what is held; `undefined` where it never did. */
  readonly ageMs: number | undefined;
  /** What is wrong with the source now, for a person to read. */
  readonly problem: string | undefined;
}

/** What an operator sees of one flag. */
interface FlagSummary {
  readonly name: string;
  readonly enabled: boolean;
  /** One line about who gets it, such as `30 % by userId` or `always`. */
  readonly rule: string;
}

/** How often a flag was evaluated elsewhere, by what came of it. */
export interface FlagUse {
  readonly name: string;
  readonly on: number;
  readonly off: number;
}

/** Flags that other processes evaluate as well. */
export interface SharedFlags extends Flags {
  /** What is held, whole. */
  document(): FlagsDocument;
  /** Adds to the usage that the source is told of, where it wants to know. */
  countUse(use: FlagUse): void;
}

export interface Flags extends Closeable {
  /** Synchronous and cheap: it runs on every request. Never throws. */
  evaluate(name: string, subject: FlagSubject): FlagValue;
  /**
   * Where the subject stands in the flag's own draw, from 1 to 100: a rollout of `p` % is for those at `p` and below.
   * It does not change with the percentage, so whoever is inside of one share is inside of every larger one.
   */
  positionOf(name: string, subject: FlagSubject): number;
  /**
   * The name of the variant that the subject gets; `undefined` where the flag is absent or off for it, or gives no
   * variant. As cheap as `evaluate`. Never throws.
   */
  variantOf(name: string, subject: FlagSubject): string | undefined;
  list(): readonly FlagSummary[];
  freshness(): FlagFreshness;
  /** Resolves when a first answer of the source is held, or after `deadlineMs`; never rejects. */
  ready(deadlineMs: number): Promise<void>;
  /** Called after each change of what is held. Gives the function that ends it. */
  onChange(listener: () => void): () => void;
}
