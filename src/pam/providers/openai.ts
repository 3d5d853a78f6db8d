import OpenAI from "openai";

import { PROVIDER_POLICY } from "#pam/retry-policy.ts";

import { DIALECTS, toChatCompletionsBody, type Dialect } from "./chat-completions/body.ts";
import { readChatCompletion, readChatCompletionsStream } from "./chat-completions/read.ts";
import {
  defineProvider,
  type ProviderAccess,
  type ProviderDependencies,
} from "./define-provider.ts";
import type { ModelProvider } from "./provider.ts";
import { fromSdkError, translateErrors } from "./sdk-error.ts";

interface OpenAiOptions extends ProviderAccess {
  readonly name: string;
  readonly dialect: Dialect;
}

/** The only home of `openai`: OpenAI itself, and DeepSeek, which speaks the same. */
function createOpenAi(
  { name, dialect, apiKey, baseUrl }: OpenAiOptions,
  { formats, fetch, clock }: ProviderDependencies,
): ModelProvider {
  const format = formats.chatCompletions;
  // Whatever is left out the SDK reads from the environment.
  const client = new OpenAI({
    apiKey,
    adminAPIKey: null,
    baseURL: baseUrl,
    organization: null,
    project: null,
    webhookSecret: null,
    fetch,
    logLevel: "off",
    maxRetries: 0,
    // Ends at the headers and never bounds a stalled stream; the runner's phases do.
    timeout: PROVIDER_POLICY.streamMs,
  });
  const translate = (error: unknown): ReturnType<typeof fromSdkError> =>
    fromSdkError(error, OpenAI, clock.now());

  return {
    name,
    async complete(request, { model, signal }) {
      const body = toChatCompletionsBody(request, model, { dialect, format });
      const completion: unknown = await client.chat.completions
        .create({ ...body, stream: false }, { signal })
        .catch((error: unknown) => {
          throw translate(error);
        });
      return readChatCompletion(completion, format);
    },
    async *stream(request, { model, signal }) {
      const body = toChatCompletionsBody(request, model, { dialect, format });
      const stream = await client.chat.completions
        .create({ ...body, stream: true, stream_options: { include_usage: true } }, { signal })
        .catch((error: unknown) => {
          throw translate(error);
        });
      yield* readChatCompletionsStream(translateErrors(stream, translate), format);
    },
  };
}

export const openai = defineProvider({
  name: "openai",
  baseUrl: "https://api.openai.com/v1",
  create: (access, dependencies) =>
    createOpenAi({ ...access, name: "openai", dialect: DIALECTS.openai }, dependencies),
});

export const deepseek = defineProvider({
  name: "deepseek",
  baseUrl: "https://api.deepseek.com",
  create: (access, dependencies) =>
    createOpenAi({ ...access, name: "deepseek", dialect: DIALECTS.deepseek }, dependencies),
});
