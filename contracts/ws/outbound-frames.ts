import { z } from "zod";

import type { FrameContract } from "#contracts/contract.ts";
import { uiAction } from "#contracts/schema/ui-actions.ts";
import { naiveTimestamp, uuid } from "#contracts/schema/values.ts";

/** Must come first and at once: the web client takes any frame with a message for the answer to a chat. */
const connectionFrame = z.strictObject({
  type: z.literal("connection"),
  status: z.literal("connected"),
  message: z.literal("🤖 PAM is ready to assist you with enhanced profile access!"),
  timestamp: naiveTimestamp,
  profile_integration: z.literal("enabled"),
});

const pongFrame = z.strictObject({ type: z.literal("pong") });

const keepalivePingFrame = z.strictObject({
  type: z.literal("ping"),
  timestamp: naiveTimestamp,
  ping_number: z.int().min(1),
});

/** Compact on the wire, where most frames have a blank after commas and colons. */
const sweepPingFrame = z.strictObject({
  type: z.literal("ping"),
  timestamp: z.number().describe("Epoch seconds"),
  connection_id: uuid,
});

const sameText = (frame: { readonly message: string; readonly content: string }): boolean =>
  frame.message === frame.content;

/** `source` and `model` are constants, whoever answered. */
const chatResponseFrame = z
  .strictObject({
    type: z.literal("chat_response"),
    message: z.string(),
    content: z.string().describe("Equal to message"),
    ui_actions: z.array(uiAction),
    source: z.literal("claude_pam_primary"),
    model: z.literal("claude-sonnet-4-5-20250929"),
    error: z.literal(false),
    timestamp: naiveTimestamp,
  })
  .refine(sameText);

const apology = z.literal(
  "I apologize, but I'm having trouble processing your request right now. Please try again.",
);

const chatFailureFrame = z.strictObject({
  type: z.literal("chat_response"),
  message: apology,
  content: apology,
  source: z.literal("claude_pam_error"),
  error: z.literal(true),
  error_details: z.string(),
  error_type: z.string(),
  timestamp: naiveTimestamp,
});

const contextUpdatedFrame = z.strictObject({
  type: z.literal("context_updated"),
  message: z.literal("Context updated successfully"),
  timestamp: naiveTimestamp,
});

const timerExpiredFrame = z.strictObject({
  type: z.literal("timer_expired"),
  timer_id: z.string(),
  label: z.string(),
  timer_type: z.string(),
  message: z.string(),
  timestamp: z.string().describe("As the notifier gave it"),
  action: z.literal("show_notification"),
  notification: z.strictObject({
    title: z.enum(["Alarm Complete!", "Timer Complete!"]),
    body: z.string(),
    requireInteraction: z.literal(true),
    tag: z.string().startsWith("timer-"),
  }),
});

const proactiveAlertFrame = z.strictObject({
  type: z.literal("proactive_alert"),
  timestamp: z.string(),
  content: z.strictObject({
    type: z.literal("proactive_suggestion"),
    category: z.string(),
    message: z.string(),
    priority: z.string().optional(),
    actions: z.array(z.string()),
    timestamp: z.string().optional(),
    alert_type: z.string().optional(),
  }),
  id: z.string().regex(/^proactive_\d+$/),
});

const live = (name: string, schema: z.ZodType, when: string): FrameContract => ({
  name,
  schema,
  status: "live",
  when,
});

export const OUTBOUND_FRAMES: readonly FrameContract[] = [
  live("connection", connectionFrame, "First and at once after the handshake"),
  live("pong", pongFrame, "A client's ping"),
  live("keepalive-ping", keepalivePingFrame, "5 s after the handshake, then every 25 s"),
  live("sweep-ping", sweepPingFrame, "Every 20 s, to all connections at once"),
  live("chat-response", chatResponseFrame, "The assistant's answer, or its failure told as one"),
  live("chat-failure", chatFailureFrame, "The assistant cannot be had at all"),
  live("context-updated", contextUpdatedFrame, "A client's context_update"),
  live("timer-expired", timerExpiredFrame, "A timer of the user ran out: to all its sockets"),
  live("proactive-alert", proactiveAlertFrame, "The assistant speaks first: to all its sockets"),
];
