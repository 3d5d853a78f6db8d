import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { INVALID, json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { dictionary, float, optional, text } from "#contracts/schema/fields.ts";
import { naiveTimestamp } from "#contracts/schema/values.ts";

export const ttsSession = defineRouteContract({
  id: "tts.session",
  method: "POST",
  path: "/api/v1/pam/voice-hybrid/create-session",
  summary: "Open a realtime voice session with the provider",
  auth: "bearer-with-profile",
  request: {
    // The body itself may be left out.
    body: z
      .object({
        voice: text().nullable().default("marin"),
        temperature: float().nullable().default(0.8),
        language: text().nullable().default("en"),
        location: optional(dictionary()),
        timezone: optional(text()),
        user_name: optional(text()),
      })
      .prefault({}),
  },
  answers: {
    200: [
      json(
        z.strictObject({
          session_token: z.string(),
          expires_at: naiveTimestamp.describe("In the server's local time"),
          ws_url: z.literal("wss://api.openai.com/v1/realtime"),
          model: z.literal("gpt-realtime-1.5"),
          voice: z.string(),
        }),
        "The provider opened a session",
      ),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
    503: [
      json(
        z.strictObject({
          detail: z.templateLiteral(["Realtime voice is not available: ", z.string()]),
        }),
        "There is no key for it, or the provider does not answer",
        { side: "native" },
      ),
    ],
  },
});

export const ttsExecuteTool = defineRouteContract({
  id: "tts.execute-tool",
  method: "POST",
  path: "/api/v1/pam/voice-hybrid/execute-tool",
  summary: "Run one of the assistant's tools for a voice session",
  auth: "bearer-with-profile",
  request: {
    body: z.object({ tool_name: text(), arguments: dictionary(), user_id: text() }),
  },
  answers: {
    200: [
      json(
        z.strictObject({ success: z.literal(false), error: z.string() }),
        "The tool failed; in the legacy every tool does",
      ),
      json(
        z.strictObject({ success: z.literal(true), tool: z.string(), result: z.unknown() }),
        "The tool ran",
        { side: "native" },
      ),
    ],
    401: UNAUTHORIZED,
    422: INVALID,
  },
});

export const ttsHybridHealth = defineRouteContract({
  id: "tts.hybrid-health",
  method: "GET",
  path: "/api/v1/pam/voice-hybrid/health",
  summary: "Ask whether realtime voice is set up",
  auth: "none",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({
          status: z.enum(["healthy", "degraded"]),
          openai_configured: z.boolean(),
          architecture: z.literal("hybrid"),
          voice_provider: z.literal("openai_realtime"),
          reasoning_provider: z.literal("claude_sonnet_4.5"),
        }),
        "Always",
      ),
    ],
  },
});
