import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { createAskLegacy } from "#cli/serve/shadow/ask-legacy.ts";
import type { ShadowSubject } from "#delivery/shadow/index.ts";

const SUBJECT: ShadowSubject = {
  requestId: "request-1",
  routeId: "chat.history",
  cohort: "cohort",
  method: "GET",
  target: "/api/v1/pam/history?a=%20b",
  headers: [],
  isSafe: true,
};

async function ask(legacy: RequestListener, headers: readonly string[] = []) {
  const server = createServer(legacy).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("No port");
  const origin = new URL(`http://127.0.0.1:${address.port}`);
  try {
    const signal = AbortSignal.timeout(10_000);
    return await createAskLegacy({ origin, fetch })({ ...SUBJECT, headers }, signal);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("the read is the client's, on a connection of its own", async () => {
  const headers = ["Authorization", "Bearer a", "X-Other", "1", "Connection", "close"];
  const { status, body } = await ask(({ url, headers: got }, response) => {
    response.end(JSON.stringify([url, got.authorization, got["x-other"]]));
  }, headers);
  expect([status, JSON.parse(body.toString())]).toEqual([200, [SUBJECT.target, "Bearer a", null]]);
});

test("a coded answer is given as what it says, and does not call itself coded", async () => {
  const { body, headers } = await ask((_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip", "x-a": "1" });
    response.end(gzipSync("it says"));
  });
  expect(body.toString()).toBe("it says");
  expect(headers).toContain("x-a");
  expect(headers).not.toContain("content-encoding");
});

test("a redirect is an answer", async () => {
  const { status } = await ask((_request, response) => {
    response.writeHead(307, { location: "/elsewhere" }).end();
  });
  expect(status).toBe(307);
});

test("an answer that comes out without end is none", async () => {
  const asked = ask((_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" });
    response.end(gzipSync(Buffer.alloc(20_000_000)));
  });
  await expect(asked).rejects.toThrow("too long to compare");
});
