import { z } from "zod";

import { createJsonClient, type Fetch } from "./json-client.ts";

/** Turns the picture of a receipt into the text on it. */
export interface ReceiptReader {
  transcribe(imageUrl: string, signal: AbortSignal): Promise<string>;
}

const answerSchema = z.object({
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
});

const INSTRUCTION =
  "Write down all text on this fuel receipt, line by line, exactly as printed. Answer with nothing else.";

export interface AnthropicReceiptReaderOptions {
  readonly fetch: Fetch;
  readonly baseUrl: string;
  readonly key: string;
  readonly model: string;
}

/**
 * Claude reads the picture. The picture's address is handed on and never fetched here, so no address can make
 * this process reach into its own network.
 */
export function createAnthropicReceiptReader({
  fetch,
  baseUrl,
  key,
  model,
}: AnthropicReceiptReaderOptions): ReceiptReader {
  const ask = createJsonClient({
    service: "The receipt reader",
    baseUrl,
    fetch,
    headers: { "x-api-key": key, "anthropic-version": "2023-06-01" },
  });
  return {
    async transcribe(imageUrl, signal) {
      const image = { type: "image", source: { type: "url", url: imageUrl } };
      const content = [image, { type: "text", text: INSTRUCTION }];
      const answer = await ask({
        path: "/v1/messages",
        body: { model, max_tokens: 500, temperature: 0, messages: [{ role: "user", content }] },
        schema: answerSchema,
        signal,
      });
      return answer.content.map(({ text = "" }) => text).join("\n");
    },
  };
}
