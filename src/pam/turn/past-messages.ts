import { z } from "zod";

import type { ModelMessage } from "#pam/providers/index.ts";
import type { HistoryMessage } from "#pam/store/index.ts";
import type { ToolAnswer, ToolCall } from "#pam/tools/door.ts";

import { TURN_LIMITS } from "./limits.ts";

const callBase = { id: z.string(), name: z.string() };
const callsSchema: z.ZodType<ToolCall[]> = z.array(
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("call"), ...callBase, args: z.record(z.string(), z.unknown()) }),
    z.object({ kind: z.literal("unreadable"), ...callBase, error: z.string() }),
  ]),
);
const answersSchema: z.ZodType<ToolAnswer[]> = z.array(
  z.object({ callId: z.string(), name: z.string(), ok: z.boolean(), content: z.string() }),
);

/** The calls of a message with the results that follow it, or nothing where one is without the other. */
function readExchange(
  message: Extract<HistoryMessage, { role: "assistant" }>,
  next: HistoryMessage | undefined,
): readonly ModelMessage[] {
  const calls = callsSchema.safeParse(message.toolCalls ?? []);
  const answers = answersSchema.safeParse(next?.role === "tool" ? next.results : []);
  const toolCalls = calls.data ?? [];
  const results = answers.data ?? [];
  const isWhole =
    toolCalls.length === results.length &&
    toolCalls.every(({ id }, index) => results[index]?.callId === id);
  if (toolCalls.length > 0 && isWhole) {
    return [
      { role: "assistant", text: message.text, toolCalls },
      { role: "tool", results },
    ];
  }
  // What was said still stands.
  return message.text === "" ? [] : [{ role: "assistant", text: message.text, toolCalls: [] }];
}

/**
 * What the model gets to read of earlier turns: of the newest 20 messages all that makes sense without the older
 * ones. It begins with a user's message, and every call stands right before its result: providers refuse anything
 * else.
 */
export function toPastMessages(history: readonly HistoryMessage[]): readonly ModelMessage[] {
  const newest = history.slice(-TURN_LIMITS.historyMessages);
  const messages = newest.flatMap((message, index): readonly ModelMessage[] => {
    switch (message.role) {
      case "user":
        return [{ role: "user", text: message.text }];
      case "assistant":
        return readExchange(message, newest[index + 1]);
      case "tool":
        return [];
      default:
        return message satisfies never;
    }
  });
  const start = messages.findIndex(({ role }) => role === "user");
  return start === -1 ? [] : messages.slice(start);
}

/** The tools that a history calls, newest first, each once. */
export function recentToolsOf(messages: readonly ModelMessage[]): readonly string[] {
  const names = messages.flatMap((message) =>
    message.role === "assistant" ? message.toolCalls.map(({ name }) => name) : [],
  );
  return [...new Set(names.toReversed())];
}

const jsonsSchema = z.array(z.json());

/** As JSON and nothing else: what a store may keep. */
const toJson = (values: readonly unknown[]): z.infer<typeof jsonsSchema> =>
  jsonsSchema.parse(JSON.parse(JSON.stringify(values)));

export function toHistoryMessage(message: ModelMessage): HistoryMessage {
  switch (message.role) {
    case "user":
      return message;
    case "assistant":
      return message.toolCalls.length === 0
        ? { role: "assistant", text: message.text }
        : { role: "assistant", text: message.text, toolCalls: toJson(message.toolCalls) };
    case "tool":
      return { role: "tool", results: toJson(message.results) };
    default:
      return message satisfies never;
  }
}
