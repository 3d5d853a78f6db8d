import { z } from "zod";

import type { HandoffOutcome } from "#routing/handoff/handoff-tally.ts";

/** What a client said, in its own words: nothing of it is validated or sanitised. */
export interface Said {
  readonly message: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** The conversation, as the client names it. */
  readonly sessionId: string | undefined;
}

/** One turn as it passed. */
export interface PassedTurn {
  readonly said: Said;
  readonly answer: string;
}

/** Why there is nothing to keep. */
export type Skipped = Extract<HandoffOutcome, "no-turn" | "unreadable">;

/**
 * What the legacy says where nothing was answered. Its own history then has the question alone, or nothing; native
 * turns keep a turn whole or not at all, and so does a handoff.
 */
const NO_ANSWERS: ReadonlySet<string> = new Set([
  "I'm having trouble processing your request right now. Please try again.",
  "I apologize, but I'm having trouble processing your request right now. Please try again.",
  "I detected something unusual in your message. For security reasons, I can't process that request. Please rephrase your question.",
]);

export const isAnswer = (text: string): boolean => text.trim() !== "" && !NO_ANSWERS.has(text);

/** A field that is wrong counts as absent: whether the legacy took it shows in its answer. */
export const textField = z.string().optional().catch(undefined);
export const contextField = z.record(z.string(), z.unknown()).catch({});

/** `undefined` for what is no JSON text. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
