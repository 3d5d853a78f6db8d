import type { z } from "zod";

import { inboundEnvelope } from "#contracts/ws/inbound-frames.ts";
import type { FrameCases, RecordedReply } from "#stand-in/sockets/frame-cases.ts";

export type PamReply =
  | { readonly kind: "recorded" | "nearest"; readonly reply: RecordedReply }
  /** A sentence that names the frame's own type. */
  | { readonly kind: "unknown-type"; readonly type: string }
  | { readonly kind: "silence" };

/** Chooses the reply to a frame on the PAM socket: the recorded one, else what the type always gets. */
export type ChoosePamReply = (frame: Readonly<Record<string, unknown>>, userId: string) => PamReply;

/** Throws a `TypeError` where the recordings lack a reply that stands for its type. */
export function createPamReplies(cases: FrameCases): ChoosePamReply {
  const invalid = need(cases, { type: "no_such_type" });
  const pong = need(cases, { type: "ping" });
  const chat = need(cases, { type: "chat", message: "Hello there" });
  const blank = need(cases, { type: "chat", message: null });
  const updated = need(cases, { type: "context_update", context: { page: "/wins" } });

  function byType({ type, message, content }: z.infer<typeof inboundEnvelope>): PamReply {
    if (type === "ping") return { kind: "recorded", reply: pong };
    if (type === "context_update") return { kind: "recorded", reply: updated };
    if (UNANSWERED.has(type)) return { kind: "silence" };
    if (type !== "chat") return { kind: "unknown-type", type };
    return { kind: "nearest", reply: isBlank(message) && isBlank(content) ? blank : chat };
  }

  return (frame, userId) => {
    const recorded = cases.find(frame, userId);
    if (recorded !== undefined) return { kind: "recorded", reply: recorded };
    const parsed = inboundEnvelope.safeParse(frame);
    return parsed.success ? byType(parsed.data) : { kind: "recorded", reply: invalid };
  };
}

const UNANSWERED: ReadonlySet<string> = new Set(["pong", "init", "auth"]);

const isBlank = (text: string | null | undefined): boolean => (text ?? "") === "";

function need(cases: FrameCases, frame: Readonly<Record<string, unknown>>): RecordedReply {
  const reply = cases.find(frame);
  if (reply !== undefined) return reply;
  throw new TypeError(`Cannot stand in: no recorded reply to ${JSON.stringify(frame)}`);
}
