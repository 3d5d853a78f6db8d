import { z } from "zod";

import { defineSocketContract } from "#contracts/contract.ts";
import { text } from "#contracts/schema/fields.ts";
import { SOCKET_CLOSES } from "#contracts/ws/closes.ts";
import { DORMANT_FRAMES } from "#contracts/ws/dormant-frames.ts";
import { ERROR_FRAMES } from "#contracts/ws/error-frames.ts";
import { INBOUND_FRAMES } from "#contracts/ws/inbound-frames.ts";
import { OUTBOUND_FRAMES } from "#contracts/ws/outbound-frames.ts";

const dormantVoice = {
  name: "voice",
  schema: z.object({
    type: z.literal("voice"),
    audio_data: z.string(),
    format: z.string().default("webm"),
    language: z.string().default("en"),
    auto_send: z.boolean().optional(),
  }),
  status: "dormant",
  when: "Speech to be recognised: the list of types refuses it",
} as const;

const dormantCapabilities = {
  name: "stt_capabilities",
  schema: z.object({ type: z.literal("stt_capabilities") }),
  status: "dormant",
  when: "A question for the speech engines: the list of types refuses it",
} as const;

export const wsSocket = defineSocketContract({
  id: "ws.socket",
  path: "/api/v1/pam/ws/{user_id}",
  summary: "Talk with the assistant and get what it pushes",
  auth: "socket-token",
  request: { path: z.object({ user_id: text() }), query: z.object({ token: text() }) },
  refusals: [
    {
      status: 500,
      body: z.literal("Internal Server Error"),
      when: "There is no token parameter at all",
    },
    { status: 403, body: z.literal(""), when: "The path is another: a slash or a segment more" },
    { status: 400, body: z.string(), when: "The request line or a header is over 8192 bytes" },
  ],
  inbound: [...INBOUND_FRAMES, dormantVoice, dormantCapabilities],
  outbound: [...OUTBOUND_FRAMES, ...ERROR_FRAMES, ...DORMANT_FRAMES],
  closes: SOCKET_CLOSES,
});
