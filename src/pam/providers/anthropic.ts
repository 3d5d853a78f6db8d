import Anthropic from "@anthropic-ai/sdk";

import { PROVIDER_POLICY } from "#pam/retry-policy.ts";

import {
  defineProvider,
  type ProviderAccess,
  type ProviderDependencies,
} from "./define-provider.ts";
import { toMessagesBody } from "./messages/body.ts";
import { readMessage, readMessagesStream } from "./messages/read.ts";
import type { ModelProvider } from "./provider.ts";
import { fromSdkError, translateErrors } from "./sdk-error.ts";

/** The only home of `@anthropic-ai/sdk`. */
function createAnthropic(
  { apiKey, baseUrl }: ProviderAccess,
  { formats, fetch, clock }: ProviderDependencies,
): ModelProvider {
  const format = formats.claude;
  // Whatever is left out the SDK reads from the environment.
  const client = new Anthropic({
    apiKey,
    baseURL: baseUrl,
    webhookKey: null,
    fetch,
    logLevel: "off",
    maxRetries: 0,
    openTelemetry: false,
    // Ends at the headers and never bounds a stalled stream; the runner's phases do.
    timeout: PROVIDER_POLICY.streamMs,
  });
  const translate = (error: unknown): ReturnType<typeof fromSdkError> =>
    fromSdkError(error, Anthropic, clock.now());

  return {
    name: "anthropic",
    async complete(request, { model, signal }) {
      const body = toMessagesBody(request, model, format);
      const message: unknown = await client.messages
        .create({ ...body, stream: false }, { signal })
        .catch((error: unknown) => {
          throw translate(error);
        });
      return readMessage(message, format);
    },
    async *stream(request, { model, signal }) {
      const body = toMessagesBody(request, model, format);
      const stream = await client.messages
        .create({ ...body, stream: true }, { signal })
        .catch((error: unknown) => {
          throw translate(error);
        });
      yield* readMessagesStream(translateErrors(stream, translate), format);
    },
  };
}

export const anthropic = defineProvider({
  name: "anthropic",
  baseUrl: "https://api.anthropic.com",
  create: createAnthropic,
});
