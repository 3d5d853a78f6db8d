import { once } from "node:events";

import { describe, expect, test } from "vitest";

import { startRawTunnel } from "#support/tunnel-front.ts";

/** Everything the client gets, up to the end of its connection. */
async function answerTo(lines: readonly string[], body = "") {
  await using tunnel = await startRawTunnel();
  const { peer, server } = await tunnel.shake();
  server.socket.end([...lines, "", body].join("\r\n"), "latin1");
  const received = (await peer.rest()).toString("latin1");
  const [outcome] = await Promise.all(tunnel.front.outcomes);
  return { received, outcome };
}

describe("an upstream that refuses the handshake and closes", () => {
  test.each([
    [
      "403 without a body",
      ["HTTP/1.1 403 Forbidden", "content-length: 0", "connection: close"],
      "",
    ],
    [
      "500 with a text",
      [
        "HTTP/1.1 500 Internal Server Error",
        "Date: today",
        "content-type: text/plain; charset=utf-8",
        "Content-Length: 21",
        "Connection: close",
      ],
      "Internal Server Error",
    ],
    ["400 with an end by closing", ["HTTP/1.1 400 Bad", "connection: close"], "Bad \xe9 Request"],
    [
      "404 with headers twice",
      ["HTTP/1.1 404 ", "X-A: 1", "x-a: 2", "content-length: 22", "Connection: close"],
      '{"detail":"Not Found"}',
    ],
    [
      "a redirect",
      [
        "HTTP/1.1 307 Temporary Redirect",
        "location: /ws/",
        "content-length: 0",
        "Connection: close",
      ],
      "",
    ],
    ["HTTP/1.0", ["HTTP/1.0 503 Busy", "Connection: close"], "busy"],
    [
      "a chunked body with a trailer",
      ["HTTP/1.1 500 No", "Transfer-Encoding: chunked", "connection: close"],
      "5\r\nfirst\r\n0\r\nX-Sum: 1\r\n\r\n",
    ],
  ])("has its answer passed on as it is: %s", async (_, lines, body) => {
    const { received, outcome } = await answerTo(lines, body);
    expect(received).toBe([...lines, "x-banyan-side: legacy", "", body].join("\r\n"));
    expect(outcome).toMatchObject({ kind: "refused", status: Number(lines[0]?.slice(9, 12)) });
  });
});

describe("an upstream that refuses the handshake and keeps its connection open", () => {
  test("leaves the client with a connection that ends, and says so", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake();
    server.socket.write(
      "HTTP/1.1 426 Upgrade Required\r\nKeep-Alive: timeout=5\r\nUpgrade: websocket\r\n" +
        "Connection: keep-alive\r\ncontent-length: 2\r\n\r\nno",
    );
    expect((await peer.rest()).toString()).toBe(
      "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\ncontent-length: 2\r\n" +
        "connection: close\r\nx-banyan-side: legacy\r\n\r\nno",
    );
    await server.rest();
  });

  test("gets nothing that the client sends behind a handshake that was refused", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake();
    const smuggled = "GET /admin HTTP/1.1\r\nHost: pam.test\r\n\r\n";
    peer.socket.write(smuggled);
    server.socket.write("HTTP/1.1 426 No\r\ncontent-length: 0\r\n\r\n");
    await peer.head();
    peer.socket.write(smuggled);
    expect((await server.rest()).toString()).toBe("");
  });

  test("cannot slip a second answer to the client", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake();
    server.socket.write(
      "HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nnoHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    );
    const received = (await peer.rest()).toString();
    expect(received.endsWith("\r\n\r\nno")).toBe(true);
  });
});

describe("an upstream that is lost in the middle of its refusal", () => {
  test("leaves a body that is visibly too short", async () => {
    const { received, outcome } = await answerTo(
      ["HTTP/1.1 500 No", "content-length: 10", "connection: close"],
      "short",
    );
    expect(received.endsWith("\r\n\r\nshort")).toBe(true);
    expect(outcome).toMatchObject({ kind: "refused", status: 500 });
  });

  test("resets a client that could take the cut for the end of the body", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake();
    server.socket.write("HTTP/1.1 500 No\r\n\r\nhalf of it");
    await peer.head();
    await peer.bytes(4);
    const failed = once(peer.socket, "error");
    server.socket.resetAndDestroy();
    await expect(failed).resolves.toMatchObject([{ code: "ECONNRESET" }]);
  });

  test("does not hold the client for ever when it stalls", async () => {
    await using tunnel = await startRawTunnel({ timeouts: { connectMs: 5000, firstByteMs: 50 } });
    const { peer, server } = await tunnel.shake();
    server.socket.write("HTTP/1.1 500 No\r\ncontent-length: 10\r\n\r\nshort");
    expect((await peer.rest()).toString().endsWith("short")).toBe(true);
    await server.rest();
  });
});

test("a client that leaves in the middle of a refusal takes the upstream's connection with it", async () => {
  await using tunnel = await startRawTunnel();
  const { peer, server } = await tunnel.shake();
  server.socket.write("HTTP/1.1 500 No\r\ncontent-length: 10\r\n\r\nshort");
  await peer.head();
  peer.socket.resetAndDestroy();
  await server.rest();
  await expect(tunnel.front.outcomes[0]).resolves.toMatchObject({ kind: "refused", status: 500 });
});

test("a refusal larger than any buffer arrives whole at a client that reads it late", async () => {
  await using tunnel = await startRawTunnel();
  const { peer, server } = await tunnel.shake();
  peer.socket.pause();
  const body = Buffer.alloc(20_000_000, "0123456789abcdef!");
  server.socket.write(`HTTP/1.1 400 No\r\ncontent-length: ${body.length}\r\n\r\n`);
  server.socket.end(body);
  const [client] = tunnel.front.sockets;
  await expect.poll(() => client?.writableNeedDrain).toBe(true);
  expect(client?.writableLength).toBeLessThan(1_000_000);
  const parts: Buffer[] = [];
  peer.socket.removeAllListeners("data").on("data", (part: Buffer) => parts.push(part));
  peer.socket.resume();
  await once(peer.socket, "end");
  expect(Buffer.concat(parts).subarray(-body.length).equals(body)).toBe(true);
});
