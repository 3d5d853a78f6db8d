import type { Answer, Transcript } from "#delivery/compare/index.ts";
import type { EffectRecorder } from "#delivery/shadow/effects.ts";
import type { ShadowSubject } from "#delivery/shadow/subject.ts";

/** What a native side is run with in a shadow. */
export interface ShadowRun<Legacy> {
  /** Where its dependencies take down what they would have done. */
  readonly effects: EffectRecorder;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** What legacy answered; an AI provider in a shadow may say the same words, so that there is something to compare. */
  readonly legacy: Legacy;
}

/**
 * Answers a request as the native side would, on dependencies that record instead of changing anything. Rejects where
 * there is no answer at all; an answer of 500 is one. A coding that the answer's headers name is undone by the shadow.
 */
export type RunNative = (
  subject: ShadowSubject,
  body: Buffer,
  run: ShadowRun<Answer>,
) => Promise<Answer>;

/** A native side's end of a conversation. */
export interface NativeConversation {
  send(data: string | Buffer): void;
  /** The client leaves. */
  close(code: number): void;
}

export interface ConversationListener {
  frame(data: string | Buffer): void;
  /** The native side has closed. */
  closed(code: number): void;
}

/** Opens a conversation with the native side, on dependencies that record. */
export type OpenNative = (
  subject: ShadowSubject,
  listener: ConversationListener,
  run: ShadowRun<Transcript>,
) => Promise<NativeConversation>;

/** Asks legacy for the same once more; its answer as it came, coded or not. Only asked for safe requests. */
export type AskLegacy = (subject: ShadowSubject, signal: AbortSignal) => Promise<Answer>;
