import { Agent } from "node:http";

import cors from "cors";
import express from "express";
import helmet from "helmet";
import { createProxyMiddleware, fixRequestBody } from "http-proxy-middleware";
import { pino } from "pino";
import { InMemStorageProvider, Unleash } from "unleash-client";

import { port, upstream } from "./settings.ts";

/** What one writes on the first afternoon: body parser first, everything as middleware, flags on each request. */
const unleash = new Unleash({
  appName: "naive",
  url: "http://127.0.0.1:1/api",
  disableMetrics: true,
  refreshInterval: 0,
  storageProvider: new InMemStorageProvider(),
  bootstrap: {
    data: [
      {
        name: "pam.chat",
        enabled: true,
        strategies: [
          {
            name: "flexibleRollout",
            parameters: { rollout: "0", stickiness: "userId", groupId: "pam" },
            constraints: [],
          },
        ],
      },
    ] as never,
  },
});
unleash.on("error", () => {});

const logger = pino();
const app = express();
app.use(helmet(), cors(), express.json({ limit: "20mb" }));
app.use((request, response, next) => {
  const startedAtMs = performance.now();
  response.on("finish", () => {
    logger.info({
      method: request.method,
      path: request.path,
      status: response.statusCode,
      durationMs: performance.now() - startedAtMs,
    });
  });
  if (unleash.isEnabled("pam.chat", { userId: request.headers["x-user"] as string })) {
    response.status(501).end();
    return;
  }
  next();
});
app.use(
  createProxyMiddleware({
    target: upstream,
    changeOrigin: true,
    xfwd: true,
    agent: new Agent({ keepAlive: true }),
    on: { proxyReq: fixRequestBody },
  }),
);
app.listen(port, "127.0.0.1");
