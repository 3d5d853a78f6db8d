import type { Answer } from "#delivery/compare/index.ts";
import type { AskLegacy } from "#delivery/shadow/index.ts";

/** Of one answer, its coding undone; a shadow compares no more. */
const MAX_ANSWER_BYTES = 512 * 1_024;

/** Headers of a request that is sent once more by this process: its connection is another one. */
const SENT_AGAIN: ReadonlySet<string> = new Set([
  "accept",
  "accept-language",
  "authorization",
  "cookie",
  "origin",
  "user-agent",
]);

function toHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    if (SENT_AGAIN.has(name.toLowerCase())) headers.append(name, raw[index + 1] ?? "");
  }
  return headers;
}

async function readBody({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError("A body gives bytes");
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new RangeError("The answer is too long to compare");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

async function toAnswer(response: Response): Promise<Answer> {
  // `fetch` undoes the coding and goes on naming it.
  const headers = [...response.headers].filter(([name]) => name !== "content-encoding").flat();
  return { status: response.status, headers, body: await readBody(response) };
}

export interface AskLegacyOptions {
  readonly origin: URL;
  readonly fetch: typeof globalThis.fetch;
}

/** Asks the legacy for a read a second time. Rejects where it does not answer, or at more length than is compared. */
export const createAskLegacy =
  ({ origin, fetch }: AskLegacyOptions): AskLegacy =>
  async ({ target, headers }, signal) =>
    toAnswer(
      await fetch(new URL(target, origin), {
        headers: toHeaders(headers),
        redirect: "manual",
        signal,
      }),
    );
