import type { FetchedResponse } from "../ports.ts";

/** Speech is the longest answer: a few minutes of it, each byte as a number in JSON. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** The body as text, or nothing where it is longer than any answer of this backend. */
export async function readBody({ body }: FetchedResponse): Promise<string | undefined> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- chunks come one after another
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value?.length ?? 0;
    if (length > MAX_ANSWER_BYTES) {
      // oxlint-disable-next-line no-await-in-loop -- the last thing that is done
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** The text's JSON, or the text where it has none. */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
