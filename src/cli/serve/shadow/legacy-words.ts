import { AsyncLocalStorage } from "node:async_hooks";

import { z } from "zod";

import type { Answer, Transcript } from "#delivery/compare/index.ts";
import type { ModelProvider } from "#pam/providers/index.ts";

/** What a shadowed request's assistant says: the texts that legacy gave, one a turn. */
export interface LegacyWords {
  /** Runs a native side whose assistant says these texts, in turn. */
  saying<Result>(texts: readonly string[], task: () => Result): Result;
  /** Answers every request with the next text of its run, and asks nobody. */
  readonly provider: ModelProvider;
}

const NO_TEXT = "There is no recorded answer for this turn.";

const answerSchema = z.looseObject({ response: z.string() });
const frameSchema = z.union([
  z.looseObject({ type: z.literal("chat_response"), message: z.string() }),
  z
    .looseObject({
      type: z.enum(["assistant_response", "supervisor_response"]),
      text: z.string(),
    })
    .transform(({ text, ...frame }) => ({ ...frame, message: text })),
]);

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The assistant's words in a chat's answer; none where it is no chat. */
export function wordsOfAnswer({ body }: Answer): readonly string[] {
  const { data } = answerSchema.safeParse(readJson(body.toString("utf8")));
  return data === undefined ? [] : [data.response];
}

/** The assistant's words on a socket, in their order. */
export function wordsOfTranscript({ frames }: Transcript): readonly string[] {
  return frames.flatMap(({ from, data }) => {
    if (from !== "server" || typeof data !== "string") return [];
    const read = frameSchema.safeParse(readJson(data));
    return read.success ? [read.data.message] : [];
  });
}

/**
 * Stands in for the models in a shadow, under the name of the offline one: native is compared by what it makes of an
 * answer, not by what a model happens to say. `record` is told of every call.
 */
export function createLegacyWords(record: (kind: string, summary: string) => void): LegacyWords {
  const storage = new AsyncLocalStorage<{ readonly texts: string[] }>();
  const next = (): string => {
    record("ai", "model call");
    return storage.getStore()?.texts.shift() ?? NO_TEXT;
  };
  return {
    saying: (texts, task) => storage.run({ texts: [...texts] }, task),
    provider: {
      name: "offline",
      complete: async () => ({
        text: next(),
        toolCalls: [],
        usage: undefined,
        reason: "answered",
      }),
      async *stream() {
        yield { kind: "text-delta", text: next() };
        yield { kind: "end", reason: "answered" };
      },
    },
  };
}
