import type { LookupFunction } from "node:net";

import { Agent, fetch as undiciFetch, Response as UndiciResponse } from "undici";

import { PROVIDER_POLICY } from "#pam/retry-policy.ts";
import type { Closeable } from "#platform/lifecycle.ts";

export interface ProviderFetch extends Closeable {
  readonly fetch: typeof globalThis.fetch;
}

export interface ProviderFetchOptions {
  readonly connectMs?: number;
  readonly maxAnswerBytes?: number;
  /** How names are resolved; default: the system's way. */
  readonly lookup?: LookupFunction;
}

/**
 * Of one answer, as it comes over the wire; the longest that is asked for takes about one MiB, streamed token by token.
 * A line without an end would be kept until the memory is gone.
 */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** To readers it is what the global `fetch` gives; only the declarations of the two differ, by what else is loaded. */
const isResponse = (value: unknown): value is Response => value instanceof UndiciResponse;

/**
 * `fetch` with a bound of its own on connecting, resolution and TLS included: nothing above a socket can see that
 * phase. It is undici's own, because an agent of the package does not always fit the `fetch` that Node was built with.
 */
export function createProviderFetch({
  connectMs = PROVIDER_POLICY.connectMs,
  maxAnswerBytes = MAX_ANSWER_BYTES,
  lookup,
}: ProviderFetchOptions = {}): ProviderFetch {
  const agent = new Agent({
    maxResponseSize: maxAnswerBytes,
    connect: { timeout: connectMs, ...(lookup !== undefined && { lookup }) },
  });
  return {
    fetch: async (input, { method = "GET", headers, body = null, signal = null } = {}) => {
      if (input instanceof Request || (body !== null && typeof body !== "string")) {
        throw new TypeError("A provider is asked by address and text only");
      }
      const response: unknown = await undiciFetch(input, {
        method,
        headers: Object.fromEntries(new Headers(headers)),
        body,
        signal,
        dispatcher: agent,
      });
      if (!isResponse(response)) throw new TypeError("A fetch ended without a response");
      return response;
    },
    close: async () => agent.destroy(),
  };
}
