import { z } from "zod";

/** Beyond this a text is no notification: the legacy's worker and checks send a sentence or two. */
const text = z.string().max(4_000);
const atMs = z.int().min(0);

const timerExpired = z.strictObject({
  kind: z.literal("timer-expired"),
  timerId: text,
  label: text,
  /** `alarm`, or anything else for a timer. */
  timerType: text,
  message: text,
  /** As whoever watches the timers gave it. */
  timestamp: text,
});

const proactiveAlert = z.strictObject({
  kind: z.literal("proactive-alert"),
  category: text,
  message: text,
  priority: text.optional(),
  actions: z.array(text).max(20),
  alertType: text.optional(),
  atMs,
});

/** What the assistant tells a user who has not asked. */
export const pushSchema = z.discriminatedUnion("kind", [timerExpired, proactiveAlert]);

export type Push = Readonly<z.infer<typeof pushSchema>>;
