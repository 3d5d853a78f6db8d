/* What an answer of the Messages API, or its stream, means. */
import { z } from "zod";

import { malformed } from "../provider-error.ts";
import type { EndReason, ModelAnswer, ProviderEvent } from "../provider.ts";
import type { ClaudeFormat } from "./body.ts";

const REASONS: Readonly<Record<string, EndReason>> = {
  max_tokens: "length",
  model_context_window_exceeded: "length",
  refusal: "refused",
  tool_use: "tool-calls",
};

const toReason = (stopReason: string): EndReason => REASONS[stopReason] ?? "answered";

const inputUsageSchema = z
  .object({
    input_tokens: z.number(),
    cache_creation_input_tokens: z.number().nullish(),
    cache_read_input_tokens: z.number().nullish(),
  })
  .transform(
    (usage) =>
      usage.input_tokens +
      (usage.cache_creation_input_tokens ?? 0) +
      (usage.cache_read_input_tokens ?? 0),
  );
const outputUsageSchema = z.object({ output_tokens: z.number() });

const toolUseStart = z.object({ type: z.literal("tool_use"), id: z.string(), name: z.string() });

const deltaSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text_delta"), text: z.string() }),
  z.object({ type: z.literal("input_json_delta"), partial_json: z.string() }),
  z.object({ type: z.literal("thinking_delta"), thinking: z.string() }),
]);

const eventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message_start"),
    message: z.object({ usage: inputUsageSchema }),
  }),
  z.object({
    type: z.literal("content_block_start"),
    index: z.number(),
    content_block: z.looseObject({ type: z.string() }),
  }),
  z.object({
    type: z.literal("content_block_delta"),
    index: z.number(),
    delta: z.looseObject({ type: z.string() }),
  }),
  z.object({ type: z.literal("content_block_stop"), index: z.number() }),
  z.object({
    type: z.literal("message_delta"),
    delta: z.object({ stop_reason: z.string().nullish() }),
    usage: outputUsageSchema.nullish(),
  }),
  z.object({ type: z.literal("message_stop") }),
]);
type StreamEvent = z.output<typeof eventSchema>;

/** Other kinds of events, blocks and deltas may come at any time; they are passed over. */
const KNOWN_EVENTS = new Set<unknown>(eventSchema.options.map(({ shape }) => shape.type.value));
const typeSchema = z.object({ type: z.string() });

const messageSchema = z.object({
  content: z.array(z.looseObject({ type: z.string() })),
  stop_reason: z.string().nullish(),
  usage: z.unknown().optional(),
});
const textBlockSchema = z.object({ type: z.literal("text"), text: z.string() });

/** What a stream has told so far, and what each further event makes of it. */
class MessageReader {
  readonly #format: ClaudeFormat;
  readonly #drafts = new Map<
    number,
    { readonly id: string; readonly name: string; text: string }
  >();
  #inputTokens = 0;
  #outputTokens = 0;
  #stopReason: string | undefined;
  #hasEnded = false;

  constructor(format: ClaudeFormat) {
    this.#format = format;
  }

  *read(event: StreamEvent): Generator<ProviderEvent> {
    switch (event.type) {
      case "message_start":
        this.#inputTokens = event.message.usage;
        return;
      case "content_block_start": {
        const { data } = toolUseStart.safeParse(event.content_block);
        if (data !== undefined) this.#drafts.set(event.index, { ...data, text: "" });
        return;
      }
      case "content_block_delta":
        yield* this.#readDelta(event);
        return;
      case "content_block_stop":
        yield* this.#finishCall(event.index);
        return;
      case "message_delta":
        this.#stopReason = event.delta.stop_reason ?? this.#stopReason;
        this.#outputTokens = event.usage?.output_tokens ?? this.#outputTokens;
        return;
      case "message_stop":
        this.#hasEnded = true;
        return;
      default:
        event satisfies never;
    }
  }

  *end(): Generator<ProviderEvent> {
    if (!this.#hasEnded || this.#stopReason === undefined) {
      throw malformed("The stream ended before the answer did");
    }
    const usage = { inputTokens: this.#inputTokens, outputTokens: this.#outputTokens };
    yield { kind: "usage", usage };
    yield { kind: "end", reason: toReason(this.#stopReason) };
  }

  *#readDelta({
    index,
    delta,
  }: Extract<StreamEvent, { type: "content_block_delta" }>): Generator<ProviderEvent> {
    const { data } = deltaSchema.safeParse(delta);
    if (data === undefined) return;
    switch (data.type) {
      case "text_delta":
        if (data.text !== "") yield { kind: "text-delta", text: data.text };
        return;
      case "input_json_delta": {
        const draft = this.#drafts.get(index);
        if (draft !== undefined) draft.text += data.partial_json;
        yield { kind: "progress", characters: data.partial_json.length };
        return;
      }
      case "thinking_delta":
        yield { kind: "progress", characters: data.thinking.length };
        return;
      default:
        data satisfies never;
    }
  }

  *#finishCall(index: number): Generator<ProviderEvent> {
    const draft = this.#drafts.get(index);
    if (draft === undefined) return;
    const { id, name, text } = draft;
    const call = this.#format.fromCall({ type: "tool_use", id, name, input: text });
    if (call === undefined) throw malformed("A tool call is malformed");
    yield { kind: "tool-call", call };
  }
}

/** Throws a `ProviderError` where an event is malformed, or the stream ends before the model did. */
export async function* readMessagesStream(
  events: AsyncIterable<unknown>,
  format: ClaudeFormat,
): AsyncGenerator<ProviderEvent, void, void> {
  const reader = new MessageReader(format);
  for await (const event of events) {
    if (!KNOWN_EVENTS.has(typeSchema.safeParse(event).data?.type)) continue;
    const parsed = eventSchema.safeParse(event);
    if (!parsed.success) throw malformed("An event of the stream is malformed", parsed.error);
    yield* reader.read(parsed.data);
  }
  yield* reader.end();
}

export function readMessage(value: unknown, format: ClaudeFormat): ModelAnswer {
  const parsed = messageSchema.safeParse(value);
  if (!parsed.success) throw malformed("The answer is malformed", parsed.error);
  const { content, stop_reason, usage } = parsed.data;
  const input = inputUsageSchema.safeParse(usage);
  const output = outputUsageSchema.safeParse(usage);
  return {
    text: content.map((block) => textBlockSchema.safeParse(block).data?.text ?? "").join(""),
    toolCalls: content.flatMap((block) => format.fromCall(block) ?? []),
    usage:
      input.success && output.success
        ? { inputTokens: input.data, outputTokens: output.data.output_tokens }
        : undefined,
    reason: toReason(stop_reason ?? "end_turn"),
  };
}
