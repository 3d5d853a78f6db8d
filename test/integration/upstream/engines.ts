import { createUpstream } from "#routing/upstream/index.ts";

import type { CreateUpstream } from "./suite/leg.ts";

/** Every engine of the legacy leg, one line each. */
export const ENGINES: readonly (readonly [name: string, create: CreateUpstream])[] = [
  ["http-proxy-middleware", createUpstream],
];
