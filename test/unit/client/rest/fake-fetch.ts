import type { ClientFetch, FetchInit } from "#client/ports.ts";

type Reply = () => Promise<Response> | Response;

export interface FakeFetch {
  readonly fetch: ClientFetch;
  readonly calls: readonly { readonly url: string; readonly init: FetchInit }[];
  /** What is answered next, one call each. Without one a call stays open. */
  script(...replies: readonly (Response | Reply)[]): void;
}

/** A network with nothing behind it. Calls end with their signal, as those of the platform do. */
export function createFakeFetch(): FakeFetch {
  const calls: { url: string; init: FetchInit }[] = [];
  const replies: (Response | Reply)[] = [];
  return {
    calls,
    script: (...next) => void replies.push(...next),
    async fetch(url, init) {
      calls.push({ url, init });
      const reply = replies.shift();
      if (reply !== undefined) return typeof reply === "function" ? reply() : reply;
      const { promise, reject } = Promise.withResolvers<Response>();
      init.signal.addEventListener("abort", () => {
        reject(init.signal.reason);
      });
      return promise;
    },
  };
}
