import { z } from "zod";

import { defineSocketContract } from "#contracts/contract.ts";
import { text } from "#contracts/schema/fields.ts";

/** Passed on for ever: the shapes of its frames are the legacy's own affair. */
const opaque = {
  refusals: [],
  inbound: [
    { name: "any", schema: z.unknown(), status: "live", when: "Sound or text of the client" },
  ],
  outbound: [
    { name: "any", schema: z.unknown(), status: "live", when: "Whatever the legacy answers" },
  ],
  closes: [],
} as const;

export const debugVoiceStreamSession = defineSocketContract({
  ...opaque,
  id: "debug.voice-stream-session",
  path: "/api/v1/voice/stream/{session_id}",
  summary: "Send sound and hear that it came",
  auth: "none",
  request: { path: z.object({ session_id: text() }) },
});

export const debugVoiceStream = defineSocketContract({
  ...opaque,
  id: "debug.voice-stream",
  path: "/api/v1/voice/stream",
  summary: "Speak with the assistant over a stream",
  auth: "socket-token",
  request: {},
});
