import { z } from "zod";

const ALLOWED_TYPES: ReadonlySet<string> = new Set([
  "chat",
  "user_message",
  "system_message",
  "heartbeat",
  "ping",
  "pong",
  "connection_established",
  "voice_input",
  "text_input",
  "error",
  "status_update",
  "typing_indicator",
  "conversation_end",
  "init",
  "auth",
  "init_ack",
  "context_update",
  "test",
]);

/** The legacy counts code points, not UTF-16 units. */
const text = z
  .string()
  .trim()
  .refine((value) => Array.from(value).length <= 2000)
  .nullish();

const fields = z
  .record(z.string(), z.unknown())
  .refine((value) => Object.keys(value).length <= 50)
  .nullish();

/** What the legacy lets pass of a frame on its PAM socket; fields that it does not know are dropped. */
export const envelope = z.object({
  type: z
    .string()
    .trim()
    .refine((type) => ALLOWED_TYPES.has(type)),
  message: text,
  content: text,
  context: fields,
  metadata: fields,
  user_id: z
    .string()
    .regex(/^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$/)
    .nullish(),
  session_id: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,100}$/)
    .nullish(),
  timestamp: z.union([z.string(), z.number(), z.boolean()]).nullish(),
});

export type Envelope = z.infer<typeof envelope>;
