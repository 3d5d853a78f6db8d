import { inboundEnvelope, type AllowedType } from "#contracts/ws/inbound-frames.ts";

import { MessageRefused } from "./message-refused.ts";
import type { SafetyProfile } from "./profile.ts";
import { sanitizeContext, type CleanContext } from "./sanitize/sanitize-context.ts";
import { sanitizeText } from "./sanitize/sanitize-text.ts";

/** An inbound message once it is validated and sanitised: the envelope's eight fields, all there, in order. */
export interface SecureWebSocketMessage {
  readonly type: AllowedType;
  readonly message: string | null;
  readonly content: string | null;
  readonly context: CleanContext;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly timestamp: string | number | boolean | null;
  readonly metadata: CleanContext;
}

function secureText(
  text: string | null,
  field: "message" | "content",
  profile: SafetyProfile,
): string | null {
  if (text === null) return null;
  if (!text.isWellFormed()) throw new MessageRefused("shape", field);
  const sanitized = sanitizeText(text, profile);
  if (sanitized.kind === "dangerous") throw new MessageRefused("dangerous-content", field);
  return sanitized.text;
}

function secureContext(
  context: Readonly<Record<string, unknown>> | null,
  field: "context" | "metadata",
  profile: SafetyProfile,
): CleanContext {
  const sanitized = sanitizeContext(context ?? {}, profile);
  if (sanitized.kind === "dangerous") throw new MessageRefused("dangerous-content", field);
  return sanitized.context;
}

/** Validates by the contract's envelope, then sanitises each text. Throws `MessageRefused`. */
export function secureMessage(payload: unknown, profile: SafetyProfile): SecureWebSocketMessage {
  const parsed = inboundEnvelope.safeParse(payload);
  if (!parsed.success) {
    throw new MessageRefused("shape", String(parsed.error.issues[0]?.path[0] ?? ""));
  }
  const { data } = parsed;
  return {
    type: data.type,
    message: secureText(data.message, "message", profile),
    content: secureText(data.content, "content", profile),
    context: secureContext(data.context, "context", profile),
    user_id: data.user_id,
    session_id: data.session_id,
    timestamp: data.timestamp ?? null,
    metadata: secureContext(data.metadata, "metadata", profile),
  };
}
