import httpProxy from "@fastify/http-proxy";
import fastify from "fastify";

import { port, upstream } from "./settings.ts";

const app = fastify({ bodyLimit: 64 * 1_048_576 });
await app.register(httpProxy, {
  upstream,
  websocket: true,
  undici: { connections: 512, bodyTimeout: 0 },
});
await app.listen({ port, host: "127.0.0.1" });
