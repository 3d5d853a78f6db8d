import { randomUUID } from "node:crypto";

import type { Asking } from "#concerns/ws/chat/ask-assistant.ts";
import * as frames from "#concerns/ws/frames/outbound.ts";
import type { TurnLast } from "#pam/turn-event.ts";
import type { Clock } from "#platform/clock.ts";

export interface Speaker {
  send(text: string): void;
}

/** The event that a turn ends with, which it never lacks. */
export async function lastOf(asking: Asking): Promise<TurnLast> {
  for await (const event of asking) {
    if (event.kind === "turn-end" || event.kind === "turn-error") return event;
  }
  throw new TypeError("A turn ended without its last event");
}

/** One frame, as the legacy answers every chat. */
export async function answerWhole(
  asking: Asking,
  speaker: Speaker,
  clock: Pick<Clock, "now">,
): Promise<void> {
  const last = await lastOf(asking);
  speaker.send(frames.toChatResponse(last, clock.now()));
}

const STREAM_FAILED = "I encountered an error. Please try again.";

/** In pieces, in the shapes that the legacy's code has and nothing reaches. For clients that asked for it. */
export async function answerInPieces(
  asking: Asking,
  speaker: Speaker,
  clock: Pick<Clock, "now">,
): Promise<void> {
  speaker.send(frames.toStreamStart(randomUUID(), clock.now()));
  for await (const event of asking) {
    if (event.kind === "text-delta") {
      speaker.send(frames.toChunk(event.text, clock.now()));
    } else if (event.kind === "turn-error" && event.reason.kind === "blocked") {
      speaker.send(frames.toStreamFailure(event.text, clock.now()));
      return;
    } else if (event.kind === "turn-error") {
      const text = event.mayHaveChanged ? event.text : STREAM_FAILED;
      speaker.send(frames.toChunk(text, clock.now()));
    }
  }
  speaker.send(frames.toStreamEnd(clock.now()));
}
