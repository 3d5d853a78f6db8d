import { z } from "zod";

import type { PushLeg } from "#pam/pushes/index.ts";

/** The caller of the internal route waits for it. */
const TIMEOUT_MS = 2_000;

const answerSchema = z.object({ websocket_connected: z.boolean() });

export interface LegacyPushLegOptions {
  /** Scheme, host and port of the legacy. */
  readonly origin: URL;
  /** What the legacy wants in its query, where a secret is set. */
  readonly secret: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** Whether the legacy may hold sockets. */
  readonly isNeeded: () => boolean;
}

/**
 * Tells the legacy of a timer as its own worker would, so that the sockets that it still holds hear of it. Alerts it
 * only makes itself: for them there is nobody to be reached.
 */
export function createLegacyPushLeg({
  origin,
  secret,
  fetch,
  isNeeded,
}: LegacyPushLegOptions): PushLeg {
  const target = new URL("/api/v1/pam/internal/notify-timer", origin);
  // A query parameter, because the legacy does not look at the header.
  if (secret !== undefined) target.searchParams.set("x_internal_secret", secret);
  return {
    name: "legacy",
    isNeeded,
    async deliver(userId, push) {
      if (push.kind !== "timer-expired") return false;
      const response = await fetch(target, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          user_id: userId,
          timer_id: push.timerId,
          label: push.label,
          timer_type: push.timerType,
          message: push.message,
          timestamp: push.timestamp,
        }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) {
        await response.body?.cancel();
        // Not the URL: it holds the secret.
        throw new Error(`The legacy answered a push with ${response.status}`);
      }
      return answerSchema.parse(await response.json()).websocket_connected;
    },
  };
}
