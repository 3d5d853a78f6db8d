import { randomUUID } from "node:crypto";

import { z } from "zod";

import { startFakeOpenAi, type FakeProvider } from "#support/fake-providers.ts";
import { createProvider } from "#support/model-fixture.ts";
import { type Call, createCaller } from "#support/native-caller.ts";
import {
  startTestListener,
  type TestListener,
  type TestListenerOptions,
} from "#support/test-listener.ts";

export interface Claims extends Readonly<Record<string, unknown>> {
  readonly sub: string;
}

/** A user whom nothing is known of. */
export const newUser = (): Claims => ({ sub: randomUUID() });

export const CHAT_KEYS = [
  "response",
  "intent",
  "confidence",
  "suggestions",
  "actions",
  "requires_followup",
  "context_updates",
  "voice_enabled",
  "conversation_id",
  "session_id",
  "message_id",
  "processing_time_ms",
  "timestamp",
  "tokens_used",
];

/** Native chat over a fake provider on a real socket. */
export interface ChatKit extends AsyncDisposable {
  readonly ai: FakeProvider;
  readonly listener: TestListener;
  readonly call: Call;
}

export async function startChat({
  flags = {},
  ...options
}: Partial<TestListenerOptions> = {}): Promise<ChatKit> {
  const ai = await startFakeOpenAi();
  const listener = await startTestListener({
    // Nothing is there: whatever is not native fails.
    origin: new URL("http://127.0.0.1:1"),
    providers: new Map([["openai", createProvider("openai", ai.baseUrl)]]),
    ...options,
    flags: { "pam.chat": "on", ...flags },
  });
  return {
    ai,
    listener,
    call: createCaller(listener),
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      await ai[Symbol.asyncDispose]();
    },
  };
}

const askedSchema = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string(), content: z.string().nullish() })),
});

/** The texts of the last request that a provider got, each with who says it. */
function lastAsked({ requests }: FakeProvider): readonly (readonly [string, string])[] {
  const { messages } = askedSchema.parse(requests.at(-1)?.body);
  return messages.map(({ role, content }) => [role, content ?? ""] as const);
}

/** What the last request says to the model beside the conversation. */
export const lastPrompt = (ai: FakeProvider): string =>
  lastAsked(ai)
    .filter(([role]) => role !== "user" && role !== "assistant")
    .map(([, text]) => text)
    .join("\n");

/** What is said in it. */
export const lastConversation = (ai: FakeProvider): readonly (readonly [string, string])[] =>
  lastAsked(ai).filter(([role]) => role === "user" || role === "assistant");
