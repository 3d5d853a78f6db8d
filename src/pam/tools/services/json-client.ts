import type { z } from "zod";

import { ToolError } from "../tool-error.ts";

/** The standard fetch, as a dependency. */
export type Fetch = typeof globalThis.fetch;

export interface JsonClientOptions {
  /** The service's name, as the user may read it. */
  readonly service: string;
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface JsonRequest<Schema extends z.ZodType> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON by POST; GET if absent. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly schema: Schema;
  readonly signal: AbortSignal;
}

/** Throws a `ToolError` that names the service for whatever goes wrong; an abort passes as it is. */
export type JsonClient = <Schema extends z.ZodType>(
  request: JsonRequest<Schema>,
) => Promise<z.output<Schema>>;

const MAX_BYTES = 2_000_000;

async function readText(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  const chunks: AsyncIterable<Uint8Array> | null = response.body;
  if (chunks === null) return text;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function toUrl(
  baseUrl: string,
  { path, query = {} }: Pick<JsonRequest<z.ZodType>, "path" | "query">,
): URL {
  const url = new URL(baseUrl.replace(/\/$/u, "") + path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function toStatusError(service: string, status: number): ToolError {
  if (status === 401 || status === 403) {
    return new ToolError("NOT_CONFIGURED", `${service} refuses the key it was given`);
  }
  if (status === 429)
    return new ToolError("LIMIT_REACHED", `${service} is asked too often just now`);
  return new ToolError("UNAVAILABLE", `${service} answered with status ${status}`);
}

/** JSON over HTTP for one service: no redirects, at most 2 MB, checked by a schema. */
export function createJsonClient({
  service,
  baseUrl,
  fetch,
  headers = {},
}: JsonClientOptions): JsonClient {
  return async ({ body, schema, signal, ...request }) => {
    let text: string | undefined;
    try {
      const response = await fetch(toUrl(baseUrl, request), {
        method: body === undefined ? "GET" : "POST",
        headers: {
          accept: "application/json",
          ...headers,
          ...request.headers,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        redirect: "error",
        signal,
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw toStatusError(service, response.status);
      }
      text = await readText(response);
    } catch (error) {
      if (error instanceof ToolError || signal.aborted) throw error;
      throw new ToolError("UNAVAILABLE", `${service} cannot be reached`, { cause: error });
    }
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new ToolError("UNAVAILABLE", `${service} sent an answer that cannot be read`, {
      cause: parsed.error,
    });
  };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
