import type { z } from "zod";

import { toMessage } from "#platform/errors.ts";

import { readBounded } from "./read-bounded.ts";
import { SpeechError } from "./sound.ts";

export type Fetch = typeof globalThis.fetch;

/** A key of OpenAI's, and the address under which its API stands, version included. */
export interface OpenAiAccess {
  readonly apiKey: string;
  readonly baseUrl: URL;
}

export interface OpenAiRequest {
  /** Below the base address: `audio/speech`. */
  readonly path: string;
  readonly body: unknown;
  readonly maxAnswerBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Posts JSON and gives the bytes of the answer. Rejects with a `SpeechError` that holds nothing of the key or of the
 * answer, or with the signal's reason. The SDK has its home with the model providers, whose room this one is
 * a stranger to.
 */
export async function askOpenAi(
  { apiKey, baseUrl }: OpenAiAccess,
  { path, body, maxAnswerBytes, signal }: OpenAiRequest,
  fetch: Fetch,
): Promise<Buffer> {
  try {
    const response = await fetch(`${baseUrl.href.replace(/\/$/u, "")}/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      // A key is for one address.
      redirect: "error",
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new SpeechError(`OpenAI answered ${response.status}`);
    }
    return response.body === null
      ? Buffer.alloc(0)
      : await readBounded(response.body, maxAnswerBytes);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SpeechError) throw error;
    throw new SpeechError("OpenAI cannot be reached", { cause: error });
  }
}

/** The answer as JSON of a known shape; rejects with a `SpeechError` where it is none. */
export function parseOpenAi<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Buffer,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(bytes.toString("utf8")));
  } catch (error) {
    throw new SpeechError(`OpenAI's answer cannot be read: ${toMessage(error).slice(0, 200)}`, {
      cause: error,
    });
  }
}
