/* What an answer of Chat Completions, or its stream, means. */
import { z } from "zod";

import type { ToolCall } from "#pam/tools/door.ts";

import { malformed, ProviderError, toStreamedKind } from "../provider-error.ts";
import type { EndReason, ModelAnswer, ProviderEvent } from "../provider.ts";
import type { ChatCompletionsFormat } from "./body.ts";

const usageSchema = z
  .object({ prompt_tokens: z.number(), completion_tokens: z.number() })
  .transform((usage) => ({
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
  }))
  .nullish();

const fragmentSchema = z.object({
  index: z.number().int().nonnegative(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

const deltaSchema = z.object({
  content: z.string().nullish(),
  refusal: z.string().nullish(),
  /** DeepSeek's thoughts. */
  reasoning_content: z.string().nullish(),
  tool_calls: z.array(fragmentSchema).nullish(),
});

const chunkSchema = z.object({
  choices: z.array(z.object({ delta: deltaSchema.nullish(), finish_reason: z.string().nullish() })),
  usage: usageSchema,
});

/** What is sent instead of a chunk where a stream that began well fails. */
const errorSchema = z.object({
  error: z.object({ type: z.string().nullish(), message: z.string().nullish() }),
});

const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z.array(z.unknown()).nullish(),
        }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: usageSchema,
});

/** `stop` is sent with calls by some compatible servers, and `tool_calls` without any by others. */
function toReason(finish: string, hasCalls: boolean, isRefused: boolean): EndReason {
  if (isRefused || finish === "content_filter") return "refused";
  if (finish === "length") return "length";
  return hasCalls ? "tool-calls" : "answered";
}

/** What a stream has told so far, and what each further chunk makes of it. */
class ChunkReader {
  readonly #format: ChatCompletionsFormat;
  /** By index: the fragments of parallel calls come mixed. */
  readonly #drafts = new Map<number, { id: string; name: string; text: string }>();
  #finish: string | undefined;
  #isRefused = false;
  #usage: z.output<typeof usageSchema>;

  constructor(format: ChatCompletionsFormat) {
    this.#format = format;
  }

  *read({ choices, usage }: z.output<typeof chunkSchema>): Generator<ProviderEvent> {
    this.#usage = usage ?? this.#usage;
    for (const { delta, finish_reason } of choices.slice(0, 1)) {
      this.#finish = finish_reason ?? this.#finish;
      if (delta) yield* this.#readDelta(delta);
    }
  }

  *end(): Generator<ProviderEvent> {
    if (this.#finish === undefined) throw malformed("The stream ended before the answer did");
    const drafts = [...this.#drafts].toSorted(([left], [right]) => left - right);
    for (const [, { id, name, text }] of drafts) {
      const written = { id, type: "function", function: { name, arguments: text } };
      yield { kind: "tool-call", call: readCall(written, this.#format) };
    }
    if (this.#usage) yield { kind: "usage", usage: this.#usage };
    yield { kind: "end", reason: toReason(this.#finish, drafts.length > 0, this.#isRefused) };
  }

  *#readDelta(delta: z.output<typeof deltaSchema>): Generator<ProviderEvent> {
    const fragments = delta.tool_calls ?? [];
    const written = fragments.map((fragment) => this.#addFragment(fragment));
    const characters = (delta.reasoning_content ?? "").length + sum(written);
    if (characters > 0 || fragments.length > 0) yield { kind: "progress", characters };
    const refusal = delta.refusal ?? "";
    this.#isRefused ||= refusal !== "";
    const text = (delta.content ?? "") + refusal;
    if (text !== "") yield { kind: "text-delta", text };
  }

  #addFragment({ index, id, function: called }: z.output<typeof fragmentSchema>): number {
    const draft = this.#drafts.get(index) ?? { id: `call_${index}`, name: "", text: "" };
    const text = called?.arguments ?? "";
    draft.id = id ?? draft.id;
    draft.name += called?.name ?? "";
    draft.text += text;
    this.#drafts.set(index, draft);
    return text.length;
  }
}

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

function readCall(written: unknown, format: ChatCompletionsFormat): ToolCall {
  const call = format.fromCall(written);
  if (call === undefined) throw malformed("A tool call is malformed");
  return call;
}

/** Throws a `ProviderError` where a chunk is no chunk, or the stream ends before the model did. */
export async function* readChatCompletionsStream(
  chunks: AsyncIterable<unknown>,
  format: ChatCompletionsFormat,
): AsyncGenerator<ProviderEvent, void, void> {
  const reader = new ChunkReader(format);
  for await (const chunk of chunks) {
    const { data: failed } = errorSchema.safeParse(chunk);
    if (failed !== undefined) {
      const { type, message } = failed.error;
      throw new ProviderError({ kind: toStreamedKind(type) }, message ?? "The stream failed");
    }
    const parsed = chunkSchema.safeParse(chunk);
    if (!parsed.success) throw malformed("A chunk of the stream is malformed", parsed.error);
    yield* reader.read(parsed.data);
  }
  yield* reader.end();
}

export function readChatCompletion(value: unknown, format: ChatCompletionsFormat): ModelAnswer {
  const parsed = completionSchema.safeParse(value);
  const choice = parsed.data?.choices[0];
  if (choice === undefined) throw malformed("The answer is malformed", parsed.error);
  const { content, refusal, tool_calls } = choice.message;
  const toolCalls = (tool_calls ?? []).map((written) => readCall(written, format));
  return {
    text: `${content ?? ""}${refusal ?? ""}`,
    toolCalls,
    usage: parsed.data?.usage ?? undefined,
    reason: toReason(choice.finish_reason ?? "stop", toolCalls.length > 0, (refusal ?? "") !== ""),
  };
}
