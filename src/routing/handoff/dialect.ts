import { z } from "zod";

import { inboundEnvelope } from "#contracts/ws/inbound-frames.ts";
import { contextField, type Said, textField } from "#routing/handoff/said.ts";
import type { ConversationForm } from "#routing/route.ts";

/**
 * What a client's frame asks for. `chat`, `context`, `ping`, `other`: one frame of that kind answers it, or an error.
 * `refused`: an error does, for certain. `init`: nothing answers it, and it holds for this socket.
 */
export type Asked =
  | { readonly kind: "chat"; readonly said: Said }
  | { readonly kind: "context"; readonly context: Said["context"] }
  | { readonly kind: "init"; readonly context: Said["context"] }
  | { readonly kind: "ping" | "other" | "refused" };

/** What a server's frame answers. `chat` without a text: there was no answer. */
export type Replied =
  | { readonly kind: "chat"; readonly text: string | undefined }
  | { readonly kind: "context" | "ping" | "other" | "error" };

/** The frames of one kind of socket, as JSON values. `undefined`: neither asks nor answers. Pure. */
export interface Dialect {
  readAsked(frame: unknown): Asked | undefined;
  readReply(frame: unknown): Replied | undefined;
}

const object = z.looseObject({});
const typed = z.looseObject({ type: z.unknown() });
const typeOf = (frame: unknown): unknown => typed.safeParse(frame).data?.type;

const chatReply = z.object({ message: z.string(), error: z.unknown().optional() });

type Envelope = z.infer<typeof inboundEnvelope>;

function toSaid({ message, content, context, session_id }: Envelope): Said {
  const text = message === null || message === "" ? content : message;
  return { message: text ?? "", context: context ?? {}, sessionId: session_id ?? undefined };
}

/** Of the types that the legacy lets in; those that are not here get an error. */
const ASKED: Partial<Record<Envelope["type"], (frame: Envelope) => Asked | undefined>> = {
  chat: (frame) => ({ kind: "chat", said: toSaid(frame) }),
  context_update: ({ context }) => ({ kind: "context", context: context ?? {} }),
  init: ({ context }) => ({ kind: "init", context: context ?? {} }),
  ping: () => ({ kind: "ping" }),
  pong: () => undefined,
  auth: () => undefined,
};
const toRefused = (): Asked => ({ kind: "refused" });

const chatSocket: Dialect = {
  readAsked(frame) {
    if (!object.safeParse(frame).success) return undefined;
    const { data } = inboundEnvelope.safeParse(frame);
    return data === undefined ? toRefused() : (ASKED[data.type] ?? toRefused)(data);
  },
  readReply(frame) {
    switch (typeOf(frame)) {
      case "chat_response": {
        const { data } = chatReply.safeParse(frame);
        return { kind: "chat", text: data?.error === true ? undefined : data?.message };
      }
      case "context_updated":
        return { kind: "context" };
      case "pong":
        return { kind: "ping" };
      case "error":
        return { kind: "error" };
      default:
        return undefined;
    }
  },
};

const bridgeChat = z.object({ text: textField, user_request: textField, context: contextField });
const bridgeReply = z.object({ text: z.string() });

const voiceBridge: Dialect = {
  readAsked(frame) {
    switch (typeOf(frame)) {
      case "user_message":
      case "supervisor_request": {
        const { text, user_request, context } = bridgeChat.parse(frame);
        const message = text ?? user_request ?? "";
        return { kind: "chat", said: { message, context, sessionId: undefined } };
      }
      case "ping":
        return { kind: "ping" };
      case "clear_history":
        return { kind: "other" };
      default:
        return undefined;
    }
  },
  readReply(frame) {
    switch (typeOf(frame)) {
      case "assistant_response":
      case "supervisor_response":
        return { kind: "chat", text: bridgeReply.safeParse(frame).data?.text };
      case "pong":
        return { kind: "ping" };
      case "history_cleared":
        return { kind: "other" };
      default:
        return undefined;
    }
  },
};

/** By the form of the route's conversation; a form that is no socket's has none. */
export const DIALECTS: Readonly<Record<ConversationForm, Dialect | undefined>> = {
  chat: undefined,
  "chat-socket": chatSocket,
  "voice-bridge": voiceBridge,
};
