import { defineRouteContract } from "#contracts/contract.ts";
import { json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { anything } from "#contracts/schema/values.ts";

const closedRead = { method: "GET", auth: "bearer-with-profile", request: {} } as const;

/** A user who is let in gets a 500 for ever. */
const closedAnswers = {
  200: [json(anything, "What the route was for", { side: "native" })],
  401: UNAUTHORIZED,
} as const;

export const ttsVoices = defineRouteContract({
  ...closedRead,
  id: "tts.voices",
  path: "/api/v1/tts/voices",
  summary: "List the voices",
  answers: closedAnswers,
});

export const ttsAnalytics = defineRouteContract({
  ...closedRead,
  id: "tts.analytics",
  path: "/api/v1/tts/analytics",
  summary: "Count what was spoken",
  answers: closedAnswers,
});

export const ttsQualityReport = defineRouteContract({
  ...closedRead,
  id: "tts.quality-report",
  path: "/api/v1/tts/quality/report",
  summary: "Read how users rate the voices",
  answers: closedAnswers,
});

const openRead = { method: "GET", auth: "none", request: {} } as const;
const openAnswers = {
  200: [json(anything, "The service's own report, or that it is not started")],
} as const;

export const ttsStatus = defineRouteContract({
  ...openRead,
  id: "tts.status",
  path: "/api/v1/tts/status",
  summary: "Read the state of speech",
  answers: openAnswers,
});

export const ttsHealth = defineRouteContract({
  ...openRead,
  id: "tts.health",
  path: "/api/v1/tts/health",
  summary: "Ask whether speech works",
  answers: openAnswers,
});

export const ttsTest = defineRouteContract({
  ...openRead,
  id: "tts.test",
  path: "/api/v1/tts/test",
  summary: "Try speech",
  answers: openAnswers,
});
