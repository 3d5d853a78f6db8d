import { once } from "node:events";

import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { startRawTunnel, startTunnelFront, SWITCHING } from "#support/tunnel-front.ts";
import {
  encodeClosePayload,
  encodeFrame,
  encodeHandshake,
  OPCODE,
  toCloseCode,
  WebSocketPeer,
} from "#support/websocket-peer.ts";
import { startWsUpstream } from "#support/ws-upstream.ts";

const toMasked = (payload: string): Buffer =>
  encodeFrame({ payload, maskingKey: Buffer.from("mask") });

describe("the handshake of a tunnel", () => {
  test("reaches the upstream with the client's headers in their order, spelling and number", async () => {
    await using tunnel = await startRawTunnel();
    await using peer = await WebSocketPeer.connect(tunnel.front.port);
    const lines = [
      "X-Twice: 1",
      "x-TWICE: 2",
      "Cookie: a=b;  c=\xe9",
      "Sec-WebSocket-Protocol: a, b",
    ];
    peer.socket.write(encodeHandshake("/ws/a%2Fb?token=x.y.z&q=%7e", ...lines), "latin1");
    const server = await tunnel.upstream.accept();

    expect(await server.head()).toBe(
      [
        "GET /ws/a%2Fb?token=x.y.z&q=%7e HTTP/1.1",
        "Host: pam.test",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ...lines,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "\r\n",
      ].join("\r\n"),
    );
  });

  test("is asked for as a WebSocket whatever the client wanted to upgrade to", async () => {
    await using tunnel = await startRawTunnel();
    await using peer = await WebSocketPeer.connect(tunnel.front.port);
    peer.socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    const head = await (await tunnel.upstream.accept()).head();
    expect(head).toContain("\r\nUpgrade: websocket\r\n");
    expect(head).not.toContain("h2c");
  });

  test("is answered with the upstream's head in its order, spelling and number, and the plan's headers", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake();
    const head = [
      "HTTP/1.1 101 Go Ahead",
      "UPGRADE: WebSocket",
      "connection: upgrade",
      "sec-websocket-ACCEPT: anything",
      "Set-Cookie: a=1",
      "set-cookie: b=\xe9",
      "Date: today",
    ];
    server.socket.write([...head, "\r\n"].join("\r\n"), "latin1");
    expect(await peer.head()).toBe([...head, "x-banyan-side: legacy", "\r\n"].join("\r\n"));
  });

  test("loses no byte that the upstream sends in one flush with its 101", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake();
    const greeting = encodeFrame({ payload: '{"type":"connection"}' });
    server.socket.write(Buffer.concat([Buffer.from(SWITCHING), greeting, greeting.subarray(0, 7)]));
    await peer.head();
    expect((await peer.frame()).payload.toString()).toBe('{"type":"connection"}');
    server.socket.write(greeting.subarray(7));
    expect((await peer.frame()).payload.toString()).toBe('{"type":"connection"}');
  });

  test("keeps what the client sends too early until the upstream has agreed", async () => {
    await using tunnel = await startRawTunnel();
    await using peer = await WebSocketPeer.connect(tunnel.front.port);
    peer.socket.write(Buffer.concat([Buffer.from(encodeHandshake("/")), toMasked("one")]));
    const server = await tunnel.upstream.accept();
    await server.head();
    const [client] = tunnel.front.sockets;
    const arrived = once(client ?? peer.socket, "data");
    peer.socket.write(toMasked("two"));
    await arrived;
    expect(server.unread).toBe(0);

    server.socket.write(SWITCHING);
    await peer.head();
    peer.socket.write(toMasked("three"));
    expect((await server.frame()).payload.toString()).toBe("one");
    expect((await server.frame()).payload.toString()).toBe("two");
    expect((await server.frame()).payload.toString()).toBe("three");
  });
});

describe("an open tunnel", () => {
  test("passes fragmented, compressed and control frames on byte for byte, both ways", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const frames = [
      { opcode: OPCODE.text, payload: "frag", isFinal: false, isCompressed: true },
      { opcode: OPCODE.ping, payload: "are you there" },
      { opcode: OPCODE.continuation, payload: "mented" },
      { opcode: OPCODE.binary, payload: Buffer.alloc(70_000, 0xfe) },
      { opcode: OPCODE.pong, payload: "" },
      {
        opcode: OPCODE.close,
        payload: encodeClosePayload(4008, "Excessive rate limit violations"),
      },
    ];
    const down = Buffer.concat(frames.map((frame) => encodeFrame(frame)));
    const up = Buffer.concat(
      frames.map((frame) => encodeFrame({ ...frame, maskingKey: Buffer.from([0, 255, 1, 128]) })),
    );
    server.socket.write(down);
    peer.socket.write(up);
    expect((await peer.bytes(down.length)).equals(down)).toBe(true);
    expect((await server.bytes(up.length)).equals(up)).toBe(true);
  });

  test("passes bytes on that are no frames at all", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    server.socket.write("\xff not a frame", "latin1");
    peer.socket.write("neither is this");
    expect((await peer.bytes(13)).toString("latin1")).toBe("\xff not a frame");
    expect((await server.bytes(15)).toString()).toBe("neither is this");
  });

  test("stays open towards the client when the client has ended its own direction", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    peer.send({ payload: "last words" });
    peer.socket.end();
    expect((await server.frame()).payload.toString()).toBe("last words");
    await server.rest();
    server.socket.write(encodeFrame({ payload: "an answer" }));
    expect((await peer.frame()).payload.toString()).toBe("an answer");
    server.socket.end();
    await peer.rest();
  });

  test("stays open towards the upstream when the upstream has ended its own direction", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    server.socket.end(encodeFrame({ payload: "last words" }));
    expect((await peer.frame()).payload.toString()).toBe("last words");
    await peer.rest();
    peer.send({ payload: "an answer" });
    expect((await server.frame()).payload.toString()).toBe("an answer");
    peer.socket.end();
    await server.rest();
  });

  test("has no time-out on the client's connection", async () => {
    await using tunnel = await startRawTunnel();
    await tunnel.open();
    expect(tunnel.front.sockets[0]?.timeout).toBe(0);
  });
});

describe("a WebSocket library on both ends", () => {
  test("agrees on a subprotocol and on compression through the tunnel", async () => {
    await using upstream = await startWsUpstream({
      perMessageDeflate: { threshold: 0 },
      handleProtocols: () => "pam.v2",
    });
    upstream.server.on("connection", (socket) =>
      socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary })),
    );
    await using front = await startTunnelFront(upstream.origin);
    const client = new WebSocket(`ws://127.0.0.1:${front.port}/ws`, ["pam.v1", "pam.v2"], {
      perMessageDeflate: { threshold: 0 },
    });
    await once(client, "open");
    expect(client.protocol).toBe("pam.v2");
    expect(client.extensions).toContain("permessage-deflate");
    const text = "🤖 compressible ".repeat(5000);
    client.send(text);
    const [echo] = await once(client, "message");
    expect(String(echo)).toBe(text);
    client.close(1000);
    await once(client, "close");
  });

  test.each([1000, 1001, 1009, 1011, 1012, 4001, 4003, 4008, 4009])(
    "gets the upstream's close code %i with its reason",
    async (code) => {
      await using upstream = await startWsUpstream();
      upstream.server.on("connection", (socket) => socket.close(code, "Ping timeout"));
      await using front = await startTunnelFront(upstream.origin);
      const client = new WebSocket(`ws://127.0.0.1:${front.port}/ws`);
      const [seen, reason] = await once(client, "close");
      expect([seen, String(reason)]).toEqual([code, "Ping timeout"]);
    },
  );

  test("answers a protocol ping of the upstream end to end", async () => {
    await using upstream = await startWsUpstream();
    const ponged = Promise.withResolvers<string>();
    upstream.server.on("connection", (socket) => {
      socket.on("pong", (data) => ponged.resolve(String(data)));
      socket.ping("20s");
    });
    await using front = await startTunnelFront(upstream.origin);
    const client = new WebSocket(`ws://127.0.0.1:${front.port}/ws`);
    expect(await ponged.promise).toBe("20s");
    client.terminate();
  });

  test("sees an upstream that dies as a connection that went without a close frame", async () => {
    await using upstream = await startWsUpstream();
    upstream.server.on("connection", (socket) => socket.terminate());
    await using front = await startTunnelFront(upstream.origin);
    const client = new WebSocket(`ws://127.0.0.1:${front.port}/ws`);
    const [code] = await once(client, "close");
    expect(code).toBe(1006);
  });
});

test("a close frame of the client reaches the upstream with its code", async () => {
  await using tunnel = await startRawTunnel();
  const { peer, server } = await tunnel.open();
  peer.send({ opcode: OPCODE.close, payload: encodeClosePayload(3000, "bye") });
  expect(toCloseCode(await server.frame())).toBe(3000);
});
