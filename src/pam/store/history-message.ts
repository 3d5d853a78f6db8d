import { z } from "zod";

/**
 * One message as a store keeps it. Version 1. Builds of other ages read it: fields are only ever added, and
 * what a build does not know it neither reads nor writes again.
 */
const base = { v: z.number(), id: z.string(), atMs: z.number() };

const storedSchema = z.discriminatedUnion("role", [
  z.object({ ...base, role: z.literal("user"), text: z.string() }),
  z.object({
    ...base,
    role: z.literal("assistant"),
    text: z.string(),
    toolCalls: z.array(z.json()).default([]),
  }),
  z.object({ ...base, role: z.literal("tool"), results: z.array(z.json()) }),
]);

type Json = z.infer<ReturnType<typeof z.json>>;

/** One message of a conversation, with what the turn makes of tool calls and results as JSON. */
export type HistoryMessage =
  | { readonly role: "user"; readonly text: string }
  | {
      readonly role: "assistant";
      readonly text: string;
      readonly toolCalls?: readonly Json[];
    }
  /** Results of the calls of the assistant's message before it. */
  | { readonly role: "tool"; readonly results: readonly Json[] };

export type DatedMessage = HistoryMessage & { readonly id: string; readonly atMs: number };

/** The legacy's figure. A message of tool results is one, whatever it holds. */
export const MAX_MESSAGES = 20;
const VERSION = 1;

/** The same message always gives the same text: that is how a store knows what it has already. */
export const encodeMessage = (message: DatedMessage): string =>
  JSON.stringify({ v: VERSION, ...message });

/** `undefined` for what this build cannot read: it was written by another, or by nobody we know. */
export function decodeMessage(text: string): DatedMessage | undefined {
  try {
    const { v: _, ...message } = storedSchema.parse(JSON.parse(text));
    return message;
  } catch {
    return undefined;
  }
}

/**
 * The newest messages, never beginning with results whose calls were cut off: providers refuse a history with
 * such orphans.
 */
export function newestMessages<Message extends HistoryMessage>(
  messages: readonly Message[],
): readonly Message[] {
  const newest = messages.slice(-MAX_MESSAGES);
  const start = newest.findIndex(({ role }) => role !== "tool");
  return start === -1 ? [] : newest.slice(start);
}
