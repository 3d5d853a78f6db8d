import type { ServerResponse } from "node:http";

import { sendJson } from "#concerns/send-json.ts";
import { toNaiveUtc } from "#platform/clock.ts";

/** What the legacy's routes were meant to say when they have done what they are for. */
export function sendSuccess(response: ServerResponse, message: string, nowMs: number): void {
  sendJson(response, 200, {
    success: true,
    data: null,
    message,
    timestamp: toNaiveUtc(nowMs),
  });
}
