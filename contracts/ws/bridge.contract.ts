import { z } from "zod";

import { defineSocketContract, type FrameContract } from "#contracts/contract.ts";
import { text } from "#contracts/schema/fields.ts";
import { uiAction } from "#contracts/schema/ui-actions.ts";

const live = (frame: Omit<FrameContract, "status">): FrameContract => ({
  ...frame,
  status: "live",
});

/** Null where a text or an object belongs ends the socket. */
export const supervisorRequest = z.looseObject({
  type: z.literal("supervisor_request"),
  user_request: z.string().optional(),
  conversation_summary: z.string().nullish(),
  request_type: z.string().optional(),
  context: z.looseObject({}).optional(),
});

export const userMessage = z.looseObject({
  type: z.literal("user_message"),
  text: z.string().optional(),
  context: z.looseObject({}).optional(),
  timestamp: z.unknown().optional(),
});

const answered: readonly FrameContract[] = [
  live({
    name: "supervisor_request",
    schema: supervisorRequest,
    when: "The voice model hands a question on",
    replies: ["supervisor-response"],
  }),
  live({
    name: "user_message",
    schema: userMessage,
    when: "The user said something",
    replies: ["assistant-response"],
  }),
  live({
    name: "ping",
    schema: z.looseObject({ type: z.literal("ping") }),
    when: "The client asks whether the server lives",
    replies: ["pong"],
  }),
  live({
    name: "clear_history",
    schema: z.looseObject({ type: z.literal("clear_history") }),
    when: "The socket's own transcript is to be forgotten",
    replies: ["history-cleared"],
  }),
];

const typed = z.looseObject({ type: z.unknown() });
const namesAnswered = (value: unknown): boolean => {
  const parsed = typed.safeParse(value);
  return parsed.success && answered.some(({ name }) => name === parsed.data.type);
};
const isAnswered = (value: unknown): boolean =>
  answered.some(({ schema }) => schema.safeParse(value).success);

const inbound: readonly FrameContract[] = [
  ...answered,
  live({
    name: "unknown",
    schema: z.looseObject({}).refine((frame) => !namesAnswered(frame)),
    when: "Any other object: met with silence",
    replies: [],
  }),
  live({
    name: "broken",
    schema: z
      .unknown()
      .refine(
        (value) =>
          !isAnswered(value) &&
          (namesAnswered(value) || !z.looseObject({}).safeParse(value).success),
      ),
    when: "No JSON, no object, or null where a text or an object belongs: ends the socket",
    replies: [],
  }),
];

const outbound: readonly FrameContract[] = [
  live({
    name: "supervisor-response",
    schema: z.strictObject({
      type: z.literal("supervisor_response"),
      text: z.string(),
      ui_actions: z.array(uiAction),
      request_type: z.string().describe("As asked, else general"),
    }),
    when: "The answer to supervisor_request",
  }),
  live({
    name: "assistant-response",
    schema: z.strictObject({
      type: z.literal("assistant_response"),
      text: z.string(),
      ui_actions: z.array(uiAction),
      timestamp: z.unknown().describe("As asked, else null"),
    }),
    when: "The answer to user_message",
  }),
  live({
    name: "pong",
    schema: z.strictObject({ type: z.literal("pong") }),
    when: "A client's ping",
  }),
  live({
    name: "history-cleared",
    schema: z.strictObject({ type: z.literal("history_cleared") }),
    when: "The answer to clear_history",
  }),
];

export const wsBridge = defineSocketContract({
  id: "ws.bridge",
  path: "/api/v1/pam/voice-hybrid/bridge/{user_id}",
  summary: "Talk with the assistant on behalf of a realtime voice model",
  auth: "none",
  request: { path: z.object({ user_id: text() }) },
  refusals: [{ status: 403, body: z.literal(""), when: "The path is another" }],
  inbound,
  outbound,
  closes: [
    {
      code: 1011,
      reason: z.string().describe("The text of the exception"),
      status: "live",
      when: "The frame is no JSON object, or an exception escapes",
    },
    { code: 1012, reason: z.literal(""), status: "live", when: "The server stops" },
  ],
});
