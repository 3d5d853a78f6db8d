import { accept } from "#concerns/read-request.ts";
import { createChatBody } from "#contracts/chat/send.contract.ts";
import { parseLegacyBody, type ReadBody } from "#contracts/validation/legacy-request.ts";
import { type CleanContext, sanitizeContext, sanitizeText } from "#pam/safety/middleware.ts";
import type { SafetyProfile } from "#pam/safety/profile.ts";

/** A chat's request once it is validated and sanitised, under the names and in the order of the legacy's own model. */
export interface ChatMessage {
  readonly message: string;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly conversation_id: string | null;
  readonly context: CleanContext;
  readonly use_case: string | null;
  readonly voice_input: boolean;
  readonly attachments: readonly string[];
  readonly auth_token: string | null;
}

const MAX_CONTEXT_FIELDS = 50;
const DANGEROUS = "Potentially dangerous content detected";
const ATTACHMENT = /^[a-zA-Z0-9._/-]{1,255}$/u;

function createBody(profile: SafetyProfile): ReturnType<typeof createChatBody> {
  return createChatBody({
    message(text) {
      const sanitized = sanitizeText(text, profile);
      if (sanitized.kind === "dangerous") return `Message validation failed: ${DANGEROUS}`;
      return sanitized.text === ""
        ? "Message validation failed: Message content is invalid after sanitization"
        : undefined;
    },
    context(context) {
      if (Object.keys(context).length > MAX_CONTEXT_FIELDS) {
        return `Context validation failed: Context cannot have more than ${MAX_CONTEXT_FIELDS} fields`;
      }
      return sanitizeContext(context, profile).kind === "dangerous"
        ? `Context validation failed: ${DANGEROUS}`
        : undefined;
    },
  });
}

const BODIES = {
  legacy: createBody("legacy"),
  "strict-words": createBody("strict-words"),
} satisfies Record<SafetyProfile, unknown>;

/**
 * Validates and sanitises a chat's body. What the safety layer has against a text is reported among the other faults;
 * attachments with odd names are dropped in silence, as on the legacy. Throws the 422.
 */
export function readMessage(body: ReadBody["body"], profile: SafetyProfile): ChatMessage {
  const given = accept(parseLegacyBody(BODIES[profile], body));
  const message = sanitizeText(given.message, profile);
  const context = sanitizeContext(given.context ?? {}, profile);
  if (message.kind === "dangerous" || context.kind === "dangerous") {
    throw new TypeError("A body was accepted with dangerous content in it");
  }
  return {
    message: message.text,
    user_id: given.user_id,
    session_id: given.session_id,
    conversation_id: given.conversation_id,
    context: context.context,
    use_case: given.use_case,
    voice_input: given.voice_input,
    attachments: given.attachments.filter((name) => ATTACHMENT.test(name)),
    auth_token: given.auth_token,
  };
}
