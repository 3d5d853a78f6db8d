import { createServer } from "node:http";

import { expect, test } from "vitest";

import { listen } from "#platform/listen.ts";
import { drain } from "#server/drain.ts";
import { createSocketRegistry } from "#server/socket-registry.ts";

test("a socket has more than half of the grace to end in: the answer that its user waits for comes first", async () => {
  const server = createServer();
  await listen(server, { host: "127.0.0.1", port: 0 });
  const sockets = createSocketRegistry();
  const { promise: closed, resolve } = Promise.withResolvers<{
    readonly code: number;
    readonly initiator: "proxy";
    readonly bytesIn: number;
    readonly bytesOut: number;
  }>();
  const asked: (readonly [code: number, graceMs: number])[] = [];
  sockets.add({
    closed,
    close(code, graceMs) {
      asked.push([code, graceMs]);
      resolve({ code, initiator: "proxy", bytesIn: 0, bytesOut: 0 });
    },
  });
  const report = await drain({
    server,
    sockets,
    answers: () => [],
    openRequests: () => 0,
    graceMs: 1_000,
  });
  expect(asked).toEqual([[1012, 600]]);
  expect(report).toEqual({ cutRequests: 0, cutSockets: 0 });
});
