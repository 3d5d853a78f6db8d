import { createServer } from "node:http";

import { Agent } from "undici";

import { port, upstream } from "./settings.ts";

/** The least that a relay on undici does: no flags, no metrics, no request id. */
const agent = new Agent({ bodyTimeout: 0 });
const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);

createServer((request, response) => {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name)),
  );
  const { method = "GET", url = "/" } = request;
  const hasBody = method !== "GET" && method !== "HEAD";
  agent
    .stream(
      { origin: upstream, path: url, method, headers, body: hasBody ? request : null, opaque: {} },
      ({ statusCode, headers: answered }) => {
        const kept = Object.entries(answered).filter(([name]) => !HOP_BY_HOP.has(name));
        response.writeHead(statusCode, Object.fromEntries(kept));
        return response;
      },
    )
    .catch(() => response.destroy());
}).listen(port, "127.0.0.1");
