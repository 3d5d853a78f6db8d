import { createUpstream } from "#routing/upstream/index.ts";

import type { CreateUpstream } from "./suite/leg.ts";

/** Every engine of the legacy leg, one line each. */
export const ENGINES: readonly (readonly [name: string, create: CreateUpstream])[] = [
  ["a client of our own", (options) => createUpstream({ ...options, engine: "direct" })],
  [
    "http-proxy-middleware",
    (options) => createUpstream({ ...options, engine: "http-proxy-middleware" }),
  ],
];
