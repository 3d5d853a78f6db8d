import { z } from "zod";

import { readChatResponse } from "../chat/chat-response.ts";

/*
 * What is read of each success. Only what is used is demanded, so that a backend may grow; tests hold every one
 * against the contract of its route.
 */

const row = z.record(z.string(), z.unknown());

export const chatAnswer = z.unknown().transform((value, context) => {
  const response = readChatResponse(value);
  if (response !== undefined) return response;
  context.addIssue({ code: "custom", message: "Nothing is said" });
  return z.NEVER;
});

export const healthAnswer = z.looseObject({
  status: z.enum(["healthy", "degraded", "unhealthy"]),
  service: z.string(),
  timestamp: z.string(),
  message: z.string().optional(),
  /** Where it is unhealthy. */
  error: z.string().optional(),
});

export const historyAnswer = z.looseObject({
  messages: z.array(row),
  conversation: row.nullish(),
  has_more: z.boolean(),
  next_cursor: z.string().nullish(),
});

/** Routes that only say that they did it. */
export const doneAnswer = z.looseObject({ success: z.literal(true) });

export const guaranteeAnswer = z
  .looseObject({
    guarantee_status: z.looseObject({
      guarantee_met: z.boolean(),
      total_savings: z.number(),
      subscription_cost: z.number(),
      savings_shortfall: z.number(),
      savings_events_count: z.number(),
      billing_period_start: z.string(),
      billing_period_end: z.string(),
      percentage_achieved: z.number(),
    }),
  })
  .transform(({ guarantee_status }) => guarantee_status);

export const recentSavingsAnswer = z
  .looseObject({ events: z.array(row) })
  .transform(({ events }) => events);

export const recordedSavingsAnswer = z
  .looseObject({ data: z.looseObject({ event_id: z.string() }) })
  .transform(({ data }) => data);

const spoken = z.looseObject({
  audio: z.array(z.int().min(0).max(255)).min(1),
  duration: z.number().optional(),
});

/** No engine spoke: the page speaks the text itself. */
const unspoken = z.looseObject({ audio: z.null(), text: z.string() });

/** The first bytes of an MPEG frame without and with an ID3 tag in front. */
const isMpeg = ([first, second, third]: readonly number[]): boolean =>
  (first === 0xff && second !== undefined && second >= 0xe0) ||
  (first === 0x49 && second === 0x44 && third === 0x33);

const toSpeech = ({ audio, duration }: z.output<typeof spoken>) => ({
  kind: "audio" as const,
  bytes: Uint8Array.from(audio),
  mediaType: isMpeg(audio) ? ("audio/mpeg" as const) : ("audio/wav" as const),
  durationMs: duration === undefined ? undefined : duration * 1000,
});

export const voiceAnswer = z.union([
  spoken.transform(toSpeech),
  unspoken.transform(({ text }) => ({ kind: "text" as const, text })),
]);
