import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { Worker } from "node:worker_threads";

import { describe, expect, test } from "vitest";

import { ERROR_CODES, type ErrorCode } from "#platform/errors.ts";
import { startRawTunnel, startTunnelFront, SWITCHING } from "#support/tunnel-front.ts";
import { encodeHandshake, WebSocketPeer } from "#support/websocket-peer.ts";

/** The whole of Banyan's own answer for a code. */
function ownAnswer(code: ErrorCode, reason: string): string {
  const { status, text } = ERROR_CODES[code];
  const body = JSON.stringify({ detail: text });
  return [
    `HTTP/1.1 ${status} ${reason}`,
    "content-type: application/json",
    `content-length: ${body.length}`,
    "x-banyan-side: legacy",
    "connection: close",
    "",
    body,
  ].join("\r\n");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A listener whose queue is full: it accepts nobody, and further connections are not even refused. */
async function startFullListener() {
  const worker = new Worker(
    `const { createServer } = require("node:net");
     const { parentPort } = require("node:worker_threads");
     const server = createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  const [port] = (await once(worker, "message")) as [number];
  const fillers = Array.from({ length: 3 }, () => connect({ port, host: "127.0.0.1" }));
  await Promise.all(fillers.slice(0, 2).map(async (filler) => once(filler, "connect")));
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}

describe("a handshake that gets no answer", () => {
  test("is answered with 502 when nobody listens", async () => {
    await using front = await startTunnelFront(`http://127.0.0.1:${await freePort()}`);
    await using peer = await WebSocketPeer.connect(front.port);
    peer.socket.write(encodeHandshake("/"));
    expect((await peer.rest()).toString()).toBe(ownAnswer("UPSTREAM_UNREACHABLE", "Bad Gateway"));
    await expect(front.outcomes[0]).resolves.toEqual({
      kind: "failed",
      code: "UPSTREAM_UNREACHABLE",
    });
  });

  test("is answered with 502 when the upstream's name is unknown", async () => {
    await using front = await startTunnelFront("http://upstream.invalid");
    await using peer = await WebSocketPeer.connect(front.port);
    peer.socket.write(encodeHandshake("/"));
    expect((await peer.rest()).toString()).toBe(ownAnswer("UPSTREAM_UNREACHABLE", "Bad Gateway"));
  });

  test("is answered with 504 when the upstream does not accept in time", async () => {
    await using listener = await startFullListener();
    await using front = await startTunnelFront(`http://127.0.0.1:${listener.port}`, {
      timeouts: { connectMs: 50, firstByteMs: 60_000 },
    });
    await using peer = await WebSocketPeer.connect(front.port);
    peer.socket.write(encodeHandshake("/"));
    expect((await peer.rest()).toString()).toBe(
      ownAnswer("UPSTREAM_CONNECT_TIMEOUT", "Gateway Timeout"),
    );
  });

  test("is answered with 504 when the upstream does not answer in time, and cancelled there", async () => {
    await using tunnel = await startRawTunnel({ timeouts: { connectMs: 60_000, firstByteMs: 50 } });
    const { peer, server } = await tunnel.shake();
    expect((await peer.rest()).toString()).toBe(ownAnswer("UPSTREAM_TIMEOUT", "Gateway Timeout"));
    await server.rest();
    await expect(tunnel.front.outcomes[0]).resolves.toMatchObject({
      kind: "failed",
      code: "UPSTREAM_TIMEOUT",
    });
  });

  test("is answered with 504 when the upstream only ever sends interim answers", async () => {
    await using tunnel = await startRawTunnel({ timeouts: { connectMs: 60_000, firstByteMs: 50 } });
    const { peer, server } = await tunnel.shake();
    server.socket.write("HTTP/1.1 103 Early Hints\r\n\r\n");
    expect((await peer.rest()).toString()).toBe(ownAnswer("UPSTREAM_TIMEOUT", "Gateway Timeout"));
  });

  test.each([
    ["closes", "end"],
    ["resets", "resetAndDestroy"],
  ] as const)("is answered with 502 when the upstream %s the connection", async (_, leave) => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake();
    server.socket[leave]();
    expect((await peer.rest()).toString()).toBe(ownAnswer("UPSTREAM_RESET", "Bad Gateway"));
  });
});

describe("an answer that is none", () => {
  test.each([
    ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["a frame without a head", "\x81\x05hello"],
    ["a 101 that names no protocol", "HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x05hello"],
    [
      "a head without carriage returns",
      "HTTP/1.1 101 OK\nUpgrade: websocket\nConnection: Upgrade\n\n",
    ],
    [
      "a body with two lengths",
      "HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    ],
    ["a folded header", "HTTP/1.1 403 No\r\nx: a\r\n b\r\ncontent-length: 0\r\n\r\n"],
    ["an endless head", `HTTP/1.1 403 No\r\nx: ${"a".repeat(200_000)}`],
  ])("is answered with 502: %s", async (_, bytes) => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake();
    server.socket.write(bytes, "latin1");
    expect((await peer.rest()).toString()).toBe(ownAnswer("UPSTREAM_MALFORMED", "Bad Gateway"));
    await server.rest();
  });
});

describe("a client that leaves before the upstream has answered", () => {
  test.each(["end", "destroy", "resetAndDestroy"] as const)(
    "by %s takes the upstream's connection with it",
    async (leave) => {
      await using tunnel = await startRawTunnel();
      const { peer, server } = await tunnel.shake();
      peer.socket[leave]();
      await server.rest();
      await expect(tunnel.front.outcomes[0]).resolves.toMatchObject({ kind: "abandoned" });
    },
  );

  test("while Banyan still connects costs nothing", async () => {
    await using listener = await startFullListener();
    await using front = await startTunnelFront(`http://127.0.0.1:${listener.port}`);
    await using peer = await WebSocketPeer.connect(front.port);
    peer.socket.write(encodeHandshake("/"));
    await expect.poll(() => front.outcomes.length).toBe(1);
    peer.socket.destroy();
    await expect(front.outcomes[0]).resolves.toEqual({ kind: "abandoned" });
  });
});

describe("a handshake that is no plain handshake", () => {
  test.each([
    ["a body with a length", encodeHandshake("/", "Content-Length: 5") + "hello"],
    [
      "a chunked body",
      encodeHandshake("/", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\n",
    ],
    ["another method", encodeHandshake("/").replace("GET", "POST")],
    ["an absolute target", encodeHandshake("http://elsewhere.test/")],
    ["a target without a path", encodeHandshake("*")],
  ])("never reaches the upstream: %s", async (_, request) => {
    await using tunnel = await startRawTunnel();
    await using peer = await WebSocketPeer.connect(tunnel.front.port);
    peer.socket.write(request);
    expect((await peer.rest()).toString()).toBe(ownAnswer("REQUEST_MALFORMED", "Bad Request"));
    await expect(tunnel.front.outcomes[0]).resolves.toEqual({
      kind: "failed",
      code: "REQUEST_MALFORMED",
    });
  });

  test("is not made plain by a plan that leaves the body's length out", async () => {
    await using tunnel = await startRawTunnel({ headers: ["Host", "a"] });
    await using peer = await WebSocketPeer.connect(tunnel.front.port);
    peer.socket.write(encodeHandshake("/", "Content-Length: 5") + "hello");
    expect(await peer.head()).toContain(" 400 ");
  });

  test("is over when the client has read the answer and sent all it wanted", async () => {
    await using tunnel = await startRawTunnel();
    await using peer = await WebSocketPeer.connect(tunnel.front.port);
    peer.socket.write(encodeHandshake("/", "Content-Length: 1000000"));
    peer.socket.end(Buffer.alloc(1_000_000));
    expect(await peer.head()).toContain(" 400 ");
    await expect.poll(() => tunnel.front.sockets[0]?.closed, { timeout: 3000 }).toBe(true);
  });

  test("may say that it has no body", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake("Content-Length: 0");
    server.socket.write(SWITCHING);
    expect(await peer.head()).toContain(" 101 ");
  });

  test.each([
    ["a header value", { headers: ["Host", "a", "X", "1\r\nContent-Length: 5"] }],
    ["a header name", { headers: ["Host", "a", "X: 1\r\nY", "1"] }],
    ["the target", { target: "/ HTTP/1.1\r\nX: 1" }],
    ["a length beside the client's own headers", { headers: ["Host", "a", "content-LENGTH", "5"] }],
  ])("is not sent with a line break or a body smuggled into %s", async (_, changes) => {
    await using tunnel = await startRawTunnel(changes);
    await using peer = await WebSocketPeer.connect(tunnel.front.port);
    peer.socket.write(encodeHandshake("/"));
    expect((await peer.rest()).toString()).toBe(ownAnswer("REQUEST_MALFORMED", "Bad Request"));
  });
});

describe("closed tunnels", () => {
  test("answer a handshake that is under way, and every later one, with 503", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake();
    await tunnel.front.close();
    expect((await peer.rest()).toString()).toBe(ownAnswer("DRAINING", "Service Unavailable"));
    await server.rest();

    await using late = await WebSocketPeer.connect(tunnel.front.port);
    late.socket.write(encodeHandshake("/"));
    expect((await late.rest()).toString()).toBe(ownAnswer("DRAINING", "Service Unavailable"));
  });
});
