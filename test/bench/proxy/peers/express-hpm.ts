import { Agent } from "node:http";

import express from "express";
import { createProxyMiddleware } from "http-proxy-middleware";

import { port, upstream } from "./settings.ts";

const proxy = createProxyMiddleware({
  target: upstream,
  changeOrigin: true,
  xfwd: true,
  ws: true,
  agent: new Agent({ keepAlive: true }),
});
const app = express();
app.use(proxy);
const server = app.listen(port, "127.0.0.1");
server.on("upgrade", (request, socket, head) => {
  // The middleware knows upgrades on connections of the server only, which this is.
  if ("setTimeout" in socket) proxy.upgrade(request, socket as never, head);
});
