import type { ServerResponse } from "node:http";

import { sendJson } from "#concerns/send-json.ts";
import { countCodePoints } from "#contracts/schema/text.ts";
import { CHARACTER_LIMITS, formatBytes } from "#pam/message-size/index.ts";
import { RATE_LIMITS } from "#pam/rate-limits/index.ts";

/** The limit in bytes is 0 on the legacy, too: the one that counts is in characters. */
const NO_BYTES = 0;

/** 413 of a text over 2,000 characters; `fault` is the sentence about it. */
export function refuseLongText(response: ServerResponse, text: string, fault: string): void {
  const bytes = Buffer.byteLength(text);
  sendJson(response, 413, {
    detail: {
      error: "Voice text size violation",
      message: fault,
      size_info: {
        text_length_characters: countCodePoints(text),
        text_size_bytes: bytes,
        limit_bytes: NO_BYTES,
        text_size_formatted: formatBytes(bytes),
        limit_formatted: formatBytes(NO_BYTES),
        character_limit: CHARACTER_LIMITS.voice_synthesis,
      },
    },
  });
}

const { maxRequests, windowSeconds } = RATE_LIMITS.voice_synthesis;

/** 429 of a bucket that is used up for so long. */
export function refuseFrequent(response: ServerResponse, resetMs: number): void {
  // Whole seconds that have still to pass, as the legacy counts them; but never "in 0 seconds".
  const retryAfterSeconds = Math.max(1, Math.floor(resetMs / 1_000));
  response.setHeader("retry-after", String(retryAfterSeconds));
  sendJson(response, 429, {
    detail: {
      error: "Voice synthesis rate limit exceeded",
      message: `Too many voice requests. Try again in ${retryAfterSeconds} seconds.`,
      rate_limit_info: {
        remaining: 0,
        reset_in_seconds: retryAfterSeconds,
        limit_type: "voice_synthesis",
        limit: `${maxRequests} requests per ${windowSeconds} seconds`,
      },
    },
  });
}
