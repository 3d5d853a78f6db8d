import { z } from "zod";

import { readChatResponse, type Pam2ChatResponse } from "../chat/chat-response.ts";
import type { PamFailure } from "../pam-client-error.ts";
import { readRefusal } from "../rest/refusal.ts";

const timerExpired = z.looseObject({
  type: z.literal("timer_expired"),
  timer_id: z.string(),
  label: z.string(),
  timer_type: z.string(),
  message: z.string(),
  timestamp: z.string(),
  notification: z.looseObject({
    title: z.string(),
    body: z.string(),
    requireInteraction: z.boolean().optional(),
    tag: z.string().optional(),
  }),
});

const proactiveAlert = z.looseObject({
  type: z.literal("proactive_alert"),
  id: z.string(),
  timestamp: z.string(),
  content: z.looseObject({
    type: z.string(),
    category: z.string(),
    message: z.string(),
    priority: z.string().optional(),
    actions: z.array(z.string()).catch([]),
    alert_type: z.string().optional(),
  }),
});

/** A timer of the user ran out. */
export type PamTimerExpired = z.output<typeof timerExpired>;
/** The assistant speaks first. */
export type PamProactiveAlert = z.output<typeof proactiveAlert>;

/** Any other frame: as it came. */
export type OtherFrame = Readonly<Record<string, unknown>>;

export type ServerFrame =
  | { readonly kind: "welcome" }
  | { readonly kind: "ping"; readonly timestamp: unknown }
  | { readonly kind: "pong" }
  | { readonly kind: "answer"; readonly response: Pam2ChatResponse }
  | { readonly kind: "refusal"; readonly failure: PamFailure }
  | { readonly kind: "timer-expired"; readonly timer: PamTimerExpired }
  | { readonly kind: "proactive-alert"; readonly alert: PamProactiveAlert }
  | { readonly kind: "other"; readonly frame: OtherFrame }
  | { readonly kind: "unreadable" };

/** What is neither welcome nor keepalive. */
export type SpokenFrame = Exclude<
  ServerFrame,
  { readonly kind: "welcome" | "ping" | "pong" | "unreadable" }
>;

const anyFrame = z.looseObject({ type: z.string() });
const errorCode = z.looseObject({ error_code: z.string().optional().catch(undefined) });

function toRefusal(frame: OtherFrame): ServerFrame {
  const { detail, retryAfterMs } = readRefusal(frame);
  const { error_code } = errorCode.parse(frame);
  const refusal = { status: undefined, errorCode: error_code, detail, body: frame };
  const failure: PamFailure =
    error_code === "RATE_LIMIT_EXCEEDED"
      ? { kind: "rate-limited", retryAfterMs, ...refusal }
      : { kind: "rejected", ...refusal };
  return { kind: "refusal", failure };
}

function toAnswer(frame: OtherFrame): ServerFrame {
  const response = readChatResponse(frame);
  return response === undefined ? { kind: "other", frame } : { kind: "answer", response };
}

function toTimer(frame: OtherFrame): ServerFrame {
  const { data } = timerExpired.safeParse(frame);
  return data === undefined ? { kind: "other", frame } : { kind: "timer-expired", timer: data };
}

function toAlert(frame: OtherFrame): ServerFrame {
  const { data } = proactiveAlert.safeParse(frame);
  return data === undefined ? { kind: "other", frame } : { kind: "proactive-alert", alert: data };
}

/** By `type` alone: a text in a frame does not make it an answer. */
const READERS: ReadonlyMap<string, (frame: OtherFrame) => ServerFrame> = new Map<
  string,
  (frame: OtherFrame) => ServerFrame
>([
  ["connection", () => ({ kind: "welcome" })],
  ["ping", (frame) => ({ kind: "ping", timestamp: frame["timestamp"] })],
  ["pong", () => ({ kind: "pong" })],
  ["chat_response", toAnswer],
  ["error", toRefusal],
  ["timer_expired", toTimer],
  ["proactive_alert", toAlert],
]);

function parse(data: unknown): unknown {
  if (typeof data !== "string") return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** What the backend says in one message. Takes any value and never throws. */
export function readServerFrame(data: unknown): ServerFrame {
  const parsed = anyFrame.safeParse(parse(data));
  if (!parsed.success) return { kind: "unreadable" };
  const read = READERS.get(parsed.data.type);
  return read?.(parsed.data) ?? { kind: "other", frame: parsed.data };
}
