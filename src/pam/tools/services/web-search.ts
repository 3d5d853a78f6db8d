import { z } from "zod";

import { createJsonClient, type Fetch } from "./json-client.ts";

export interface WebSearchHit {
  readonly title: string;
  readonly url: string;
  readonly snippet: string;
  /** The site's host name. */
  readonly source: string;
}

export interface WebSearch {
  readonly engine: string;
  search(query: string, count: number, signal: AbortSignal): Promise<readonly WebSearchHit[]>;
}

const answerSchema = z.object({
  web: z
    .object({
      results: z.array(
        z.object({ title: z.string(), url: z.url(), description: z.string().default("") }),
      ),
    })
    .default({ results: [] }),
});

/** Brave marks hits in the snippet with tags. */
const withoutTags = (html: string): string => html.replaceAll(/<[^<>]*>/gu, "");

export interface BraveSearchOptions {
  readonly fetch: Fetch;
  readonly baseUrl: string;
  readonly key: string;
}

export function createBraveSearch({ fetch, baseUrl, key }: BraveSearchOptions): WebSearch {
  const ask = createJsonClient({
    service: "The web search",
    baseUrl,
    fetch,
    headers: { "x-subscription-token": key },
  });
  return {
    engine: "brave",
    async search(query, count, signal) {
      const { web } = await ask({
        path: "/res/v1/web/search",
        query: { q: query, count },
        schema: answerSchema,
        signal,
      });
      return web.results.slice(0, count).map(({ title, url, description }) => ({
        title: withoutTags(title),
        url,
        snippet: withoutTags(description),
        source: new URL(url).hostname,
      }));
    },
  };
}
