import { z } from "zod";

import type { FrameContract } from "#contracts/contract.ts";
import { dictionary, float, optional, text } from "#contracts/schema/fields.ts";
import { stripWhitespace } from "#contracts/schema/text.ts";
import { LOWER_CASE_UUID } from "#contracts/schema/values.ts";

/** Types that pass the legacy's validator; any other, in another case too, is a validation error. */
export const ALLOWED_TYPES = [
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
] as const;
export type AllowedType = (typeof ALLOWED_TYPES)[number];

/** Filtered further after it has passed: keys, lengths and depth, in silence. */
const flatMap = dictionary()
  .refine((map) => Object.keys(map).length <= 50)
  .meta({ maxProperties: 50 });

const spokenText = optional(text({ maxLength: 2000, strip: true }));

const envelope = {
  message: spokenText.describe("What the user says"),
  content: spokenText.describe("Used where message is empty or absent"),
  context: optional(flatMap),
  user_id: optional(text({ pattern: LOWER_CASE_UUID, strip: true })),
  session_id: optional(text({ maxLength: 100, pattern: "^[a-zA-Z0-9_-]+$", strip: true })),
  timestamp: z
    .union([z.string(), float(), z.boolean(), z.null()])
    .optional()
    .describe("Never looked at"),
  metadata: optional(flatMap),
} as const;

/** The one schema of all inbound frames. Keys that it does not name are dropped, whatever their size. */
export const inboundEnvelope = z.object({
  type: z.string().overwrite(stripWhitespace).pipe(z.enum(ALLOWED_TYPES)),
  ...envelope,
});

const frameOf = (type: AllowedType): z.ZodType =>
  z.object({
    type: z
      .string()
      .overwrite(stripWhitespace)
      .refine((value) => value === type)
      .meta({ const: type }),
    ...envelope,
  });

/** Errors that any frame may get, whatever its type. */
const CHECKS = [
  "validation-error",
  "security-violation",
  "suspicious-content",
  "frame-too-large",
  "field-too-large",
] as const;
const LIMITS = ["shared-rate-limit", "rate-limit"] as const;

interface Inbound {
  readonly when: string;
  readonly replies?: readonly string[];
}

const answered: Partial<Record<AllowedType, Inbound>> = {
  ping: { when: "The client asks whether the server lives", replies: ["pong", ...CHECKS] },
  pong: {
    when: "The answer to either ping, and the only frame that keeps the connection",
    replies: CHECKS,
  },
  chat: {
    when: "The user says something",
    replies: ["chat-response", "chat-failure", "empty-message", ...CHECKS, ...LIMITS],
  },
  context_update: {
    when: "The client's situation changed; acknowledged and forgotten",
    replies: ["context-updated", ...CHECKS, ...LIMITS],
  },
  init: {
    when: "The client tells its place and vehicle, kept for this connection",
    replies: [...CHECKS, ...LIMITS],
  },
  auth: { when: "Ignored: the handshake's token counts", replies: [...CHECKS, ...LIMITS] },
  test: {
    when: "Allowed, but nothing handles it; exempt from the limit in memory",
    replies: ["unknown-type", ...CHECKS, "shared-rate-limit"],
  },
};

const unhandled: Inbound = {
  when: "Allowed, but nothing handles it",
  replies: ["unknown-type", ...CHECKS, ...LIMITS],
};

const allowedFrames: readonly FrameContract[] = ALLOWED_TYPES.map((type) => ({
  name: type,
  schema: frameOf(type),
  status: "live",
  ...(answered[type] ?? unhandled),
}));

const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a client may send, by the frame's JSON value; `undefined` stands for what is no JSON text. */
export const INBOUND_FRAMES: readonly FrameContract[] = [
  ...allowedFrames,
  {
    name: "refused",
    schema: z.looseObject({}).refine((frame) => !inboundEnvelope.safeParse(frame).success),
    status: "live",
    when: "An object that the envelope does not accept",
    replies: ["validation-error", "shared-rate-limit"],
  },
  {
    name: "unreadable",
    schema: z.unknown().refine((value) => !isObject(value)),
    status: "live",
    when: "No JSON, no object, or a binary frame: met with silence, and counted nowhere",
    replies: [],
  },
];
