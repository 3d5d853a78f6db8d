import { EventSourceParserStream } from "eventsource-parser/stream";

import { systemClock, type Clock } from "#platform/clock.ts";

import {
  DIALECTS,
  toChatCompletionsBody,
  type ChatCompletionsBody,
  type ChatCompletionsFormat,
  type Dialect,
} from "./chat-completions/body.ts";
import { readChatCompletion, readChatCompletionsStream } from "./chat-completions/read.ts";
import { malformed, ProviderError, toFailure } from "./provider-error.ts";
import type { ModelProvider } from "./provider.ts";

export interface FetchChatCompletionsOptions {
  readonly name: string;
  readonly apiKey: string;
  /** Up to and without `/chat/completions`. */
  readonly baseUrl: string;
  /** How tools are written: `chatCompletionsFormat` of `banyan/tools`. */
  readonly format: ChatCompletionsFormat;
  readonly dialect?: Dialect;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: Pick<Clock, "now">;
}

async function orNetworkError<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new ProviderError({ kind: "network" }, "The provider cannot be reached", {
      cause: error,
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed("The answer is no JSON", error);
  }
}

async function* readEvents(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator {
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one event after the other
      const { done, value } = await orNetworkError(reader.read());
      if (done || value.data === "[DONE]") return;
      yield parseJson(value.data);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/**
 * A provider that speaks Chat Completions, on nothing but `fetch`: for edge functions and browsers, where the SDK is
 * more than one wants. What is sent and read is the core's.
 */
export function createFetchChatCompletions(options: FetchChatCompletionsOptions): ModelProvider {
  const { name, apiKey, format } = options;
  const { dialect = DIALECTS.openai, fetch = globalThis.fetch, clock = systemClock } = options;
  const url = `${options.baseUrl.replace(/\/$/u, "")}/chat/completions`;

  async function post(body: ChatCompletionsBody, signal: AbortSignal): Promise<Response> {
    const response = await orNetworkError(
      fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: JSON.stringify(body),
        signal,
      }),
    );
    if (response.ok) return response;
    const { status, headers } = response;
    await response.body?.cancel();
    throw new ProviderError(
      toFailure({ status, headers, nowMs: clock.now() }),
      `${name} answered ${status}`,
    );
  }

  return {
    name,
    async complete(request, { model, signal }) {
      const body = toChatCompletionsBody(request, model, { dialect, format });
      const response = await post(body, signal);
      return readChatCompletion(parseJson(await orNetworkError(response.text())), format);
    },
    async *stream(request, { model, signal }) {
      const body = toChatCompletionsBody(request, model, { dialect, format });
      const streaming = { stream: true, stream_options: { include_usage: true } };
      const response = await post({ ...body, ...streaming }, signal);
      if (response.body === null) throw malformed("The answer has no body");
      yield* readChatCompletionsStream(readEvents(response.body), format);
    },
  };
}
