import type { TurnErrorReason } from "../turn-event.ts";

/** What users read where the model has not said it, in the legacy's words. */
const IN_TROUBLE = "I'm having trouble processing your request right now.";
const TROUBLE = `${IN_TROUBLE} Please try again.`;

/** By reason of a turn's error. The legacy has one sentence for whatever goes wrong inside. */
export const ERROR_TEXTS = {
  blocked:
    "I detected something unusual in your message. For security reasons, I can't process that request. Please rephrase your question.",
  "model-failed": TROUBLE,
  deadline: TROUBLE,
  cancelled: TROUBLE,
  superseded: TROUBLE,
  defect: TROUBLE,
} as const satisfies Record<TurnErrorReason["kind"], string>;

/** The model said nothing, and no tool was called either. */
export const NOTHING_SAID = "I received your message. How can I help?";
export const NOTHING_SAID_AFTER_TOOLS =
  "I've completed that for you. Is there anything else you'd like to know?";
/** The legacy asks to try again whatever was done; whoever does, does it twice. */
export const toDoneText = (done: readonly string[], unknown: readonly string[]): string =>
  [
    IN_TROUBLE,
    ...(done.length === 0 ? [] : [`This has been done already: ${done.join("; ")}.`]),
    ...(unknown.length === 0
      ? []
      : [`This may have been done: ${unknown.join("; ")}. Please check before you ask again.`]),
  ].join(" ");
export const toIssueText = (error: string): string => `I ran into an issue: ${error}`;
