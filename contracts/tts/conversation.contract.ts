import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { detail, json } from "#contracts/schema/answers.ts";
import { dictionary, optional, text } from "#contracts/schema/fields.ts";
import { anything, count } from "#contracts/schema/values.ts";
import { CSRF_BLOCKED } from "#contracts/tts/csrf.ts";

const answers = { 403: CSRF_BLOCKED } as const;
const session = z.object({ session_id: text() });

export const ttsConversation = defineRouteContract({
  id: "tts.conversation",
  method: "POST",
  path: "/api/v1/voice",
  summary: "Speak with the assistant",
  auth: "none",
  request: { body: z.object({ text: text() }) },
  answers,
});

export const ttsConversationStart = defineRouteContract({
  id: "tts.conversation-start",
  method: "POST",
  path: "/api/v1/voice/start",
  summary: "Open a spoken conversation",
  auth: "conversation-token",
  request: {
    body: z.object({
      driving_status: text().default("unknown"),
      current_location: optional(dictionary()),
    }),
  },
  answers,
});

export const ttsConversationInput = defineRouteContract({
  id: "tts.conversation-input",
  method: "POST",
  path: "/api/v1/voice/input/{session_id}",
  summary: "Say something in a spoken conversation",
  auth: "conversation-token",
  // The body is an upload; nobody has ever got as far as its fields.
  request: { path: session, query: z.object({ location: optional(text()) }) },
  answers,
});

export const ttsConversationProactive = defineRouteContract({
  id: "tts.conversation-proactive",
  method: "POST",
  path: "/api/v1/voice/proactive/{session_id}",
  summary: "Let the assistant speak first",
  auth: "conversation-token",
  request: {
    path: session,
    body: z.object({ message: text(), priority: text().default("normal") }),
  },
  answers,
});

export const ttsConversationUpdate = defineRouteContract({
  id: "tts.conversation-update",
  method: "PUT",
  path: "/api/v1/voice/status/{session_id}",
  summary: "Say whether the user drives",
  auth: "conversation-token",
  request: { path: session, query: z.object({ driving_status: text() }) },
  answers,
});

export const ttsConversationEnd = defineRouteContract({
  id: "tts.conversation-end",
  method: "DELETE",
  path: "/api/v1/voice/end/{session_id}",
  summary: "End a spoken conversation",
  auth: "conversation-token",
  request: { path: session },
  answers,
});

export const ttsConversationStatus = defineRouteContract({
  id: "tts.conversation-status",
  method: "GET",
  path: "/api/v1/voice/status/{session_id}",
  summary: "Read the state of a spoken conversation",
  auth: "conversation-token",
  request: { path: session },
  answers: {
    200: [json(anything, "The conversation's state")],
    401: [detail("Could not validate credentials", "The token is of another issuer")],
    403: [detail("Not authenticated", "There is no token")],
    404: [json(z.strictObject({ detail: z.string() }), "There is no such conversation")],
  },
});

export const ttsConversationHealth = defineRouteContract({
  id: "tts.conversation-health",
  method: "GET",
  path: "/api/v1/voice/health",
  summary: "Ask whether spoken conversations work",
  auth: "none",
  request: {},
  answers: { 200: [json(anything, "Always")] },
});

export const ttsConversationSessions = defineRouteContract({
  id: "tts.conversation-sessions",
  method: "GET",
  path: "/api/v1/voice/sessions",
  summary: "List the spoken conversations",
  auth: "none",
  request: {},
  answers: {
    200: [
      json(
        z.strictObject({ active_sessions: count, sessions: z.array(anything) }),
        "Those that are open, to anybody",
      ),
    ],
  },
});
