import { banyan, banyanWatched } from "./banyan.ts";
import { haproxy } from "./haproxy.ts";
import { nginx } from "./nginx.ts";
import { nodeScript } from "./node-script.ts";
import type { Variant } from "./variant.ts";

/** Everything that is measured side by side, one line each. */
export const VARIANTS: readonly Variant[] = [
  banyan,
  banyanWatched,
  nginx,
  haproxy,
  nodeScript("bare-undici", "node:http and undici, nothing else"),
  nodeScript("fastify-http-proxy", "@fastify/http-proxy"),
  nodeScript("express-hpm", "express and http-proxy-middleware 4 with a keep-alive agent"),
  nodeScript("naive-strangler", "the same behind express.json, helmet, cors, pino and Unleash"),
];
