import { once } from "node:events";

import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import type { TunnelledSocket } from "#routing/upstream/upstream.ts";
import { type RawTunnel, startRawTunnel, startTunnelFront } from "#support/tunnel-front.ts";
import {
  encodeClosePayload,
  encodeFrame,
  OPCODE,
  toCloseCode,
  type WebSocketPeer,
  type WireReader,
} from "#support/websocket-peer.ts";
import { startWsUpstream } from "#support/ws-upstream.ts";

const LONG_MS = 60_000;

async function socketOf({ front }: Pick<RawTunnel, "front">): Promise<TunnelledSocket> {
  const outcome = await front.outcomes[0];
  if (outcome?.kind !== "opened") throw new Error(`Not opened: ${outcome?.kind}`);
  return outcome.socket;
}

const closeFrame = (code: number) => ({ opcode: OPCODE.close, payload: encodeClosePayload(code) });

function sendMasked(peer: WebSocketPeer, frame: Buffer): void {
  peer.socket.write(frame);
}

async function expectClose(reader: WireReader, code: number, isMasked: boolean): Promise<void> {
  const frame = await reader.frame();
  expect(frame).toMatchObject({ opcode: OPCODE.close, isMasked, isFinal: true });
  expect(frame.payload).toEqual(encodeClosePayload(code));
}

describe("how a tunnelled socket closed", () => {
  test("says that the client began, with its code and the bytes of both directions", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    server.socket.write(encodeFrame({ payload: "hi" }));
    await peer.frame();
    peer.send(closeFrame(4321));
    await server.frame();
    server.socket.end(encodeFrame(closeFrame(1000)));
    await peer.rest();
    peer.socket.end();
    await expect(socket.closed).resolves.toEqual({
      code: 4321,
      initiator: "client",
      bytesIn: 8,
      bytesOut: 8,
    });
  });

  test("says that the upstream began, with its code", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    server.socket.write(encodeFrame(closeFrame(4001)));
    await peer.frame();
    peer.send(closeFrame(4001));
    peer.socket.end();
    await server.rest();
    server.socket.end();
    await expect(socket.closed).resolves.toMatchObject({ code: 4001, initiator: "upstream" });
  });

  test("counts the first frames, which came with the handshake", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake();
    const head = "HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    server.socket.write(Buffer.concat([Buffer.from(head), encodeFrame(closeFrame(1011))]));
    await peer.head();
    await peer.frame();
    const socket = await socketOf(tunnel);
    server.socket.end();
    peer.socket.end();
    await expect(socket.closed).resolves.toMatchObject({
      code: 1011,
      initiator: "upstream",
      bytesOut: 4,
    });
  });

  test("is 1005 where the close frame had no code", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    peer.send({ opcode: OPCODE.close });
    await server.frame();
    server.socket.end();
    peer.socket.end();
    await expect(socket.closed).resolves.toMatchObject({ code: 1005, initiator: "client" });
  });

  test.each(["end", "destroy", "resetAndDestroy"] as const)(
    "is 1006 where the client goes without a close frame, by %s",
    async (leave) => {
      await using tunnel = await startRawTunnel();
      const { peer, server } = await tunnel.open();
      const socket = await socketOf(tunnel);
      peer.socket[leave]();
      await server.rest();
      server.socket.end();
      await expect(socket.closed).resolves.toMatchObject({ code: 1006, initiator: "client" });
    },
  );

  test.each(["end", "destroy", "resetAndDestroy"] as const)(
    "is 1006 where the upstream goes without a close frame, by %s",
    async (leave) => {
      await using tunnel = await startRawTunnel();
      const { peer, server } = await tunnel.open();
      const socket = await socketOf(tunnel);
      server.socket[leave]();
      await peer.rest();
      peer.socket.end();
      await expect(socket.closed).resolves.toMatchObject({ code: 1006, initiator: "upstream" });
    },
  );

  test("comes at once with the end of an upstream that talked on when the client had gone", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    peer.socket.resetAndDestroy();
    await server.rest();
    server.socket.end(Buffer.alloc(1_000_000));
    await expect(socket.closed).resolves.toMatchObject({ initiator: "client", bytesOut: 0 });
  }, 3000);

  test("delivers what an upstream said before it was reset", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    server.socket.write(encodeFrame({ payload: "last words" }));
    await expect.poll(() => tunnel.front.sockets[0]?.bytesWritten).toBeGreaterThan(100);
    server.socket.resetAndDestroy();
    expect((await peer.frame()).payload.toString()).toBe("last words");
    await peer.rest();
  });
});

describe("closing a tunnelled socket", () => {
  test("sends both ends a close frame, and ends when both have answered", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    socket.close(1012, LONG_MS);
    await expectClose(peer, 1012, false);
    await expectClose(server, 1012, true);
    peer.send(closeFrame(1012));
    server.socket.write(encodeFrame(closeFrame(1012)));
    expect([...(await peer.rest()), ...(await server.rest())]).toEqual([]);
    peer.socket.end();
    server.socket.end();
    await expect(socket.closed).resolves.toEqual({
      code: 1012,
      initiator: "proxy",
      bytesIn: 0,
      bytesOut: 0,
    });
  });

  test("twice sends one close frame", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    socket.close(1012, LONG_MS);
    socket.close(1001, LONG_MS);
    await expectClose(peer, 1012, false);
    await expectClose(server, 1012, true);
    peer.send(closeFrame(1012));
    server.socket.write(encodeFrame(closeFrame(1012)));
    expect([...(await peer.rest()), ...(await server.rest())]).toEqual([]);
  });

  test("lets a frame that is under way come to its end first, in each direction", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    const down = encodeFrame({ payload: "from the upstream" });
    const up = encodeFrame({ payload: "from the client", maskingKey: Buffer.from("mask") });
    server.socket.write(down.subarray(0, 1));
    sendMasked(peer, up.subarray(0, 9));
    await peer.bytes(1);
    await server.bytes(9);

    socket.close(1012, LONG_MS);
    // Behind the frame that is under way, both have more to say, which nobody gets.
    server.socket.write(Buffer.concat([down.subarray(1), down, down.subarray(0, 3)]));
    sendMasked(peer, Buffer.concat([up.subarray(9), up, up.subarray(0, 7)]));
    expect((await peer.bytes(down.length - 1)).equals(down.subarray(1))).toBe(true);
    await expectClose(peer, 1012, false);
    expect((await server.bytes(up.length - 9)).equals(up.subarray(9))).toBe(true);
    await expectClose(server, 1012, true);

    server.socket.write(Buffer.concat([down.subarray(3), encodeFrame(closeFrame(1012))]));
    sendMasked(peer, up.subarray(7));
    peer.send(closeFrame(1012));
    expect([...(await peer.rest()), ...(await server.rest())]).toEqual([]);
  });

  test("lets a close frame that is under way be the only one", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    const frame = encodeFrame(closeFrame(4001));
    server.socket.write(frame.subarray(0, 3));
    await peer.bytes(3);
    socket.close(1012, LONG_MS);
    server.socket.write(frame.subarray(3));
    await peer.bytes(1);
    await expectClose(server, 1012, true);
    peer.send(closeFrame(4001));
    expect([...(await peer.rest()), ...(await server.rest())]).toEqual([]);
  });

  test("between the fragments of a message does not wait for the last of them", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    server.socket.write(encodeFrame({ payload: "part", isFinal: false }));
    await peer.frame();
    socket.close(1012, LONG_MS);
    expect(toCloseCode(await peer.frame())).toBe(1012);
  });

  test("waits for an answer that comes late, behind frames that are dropped", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    socket.close(1012, LONG_MS);
    await expectClose(server, 1012, true);
    server.socket.write(encodeFrame({ payload: "still talking" }));
    server.socket.end(encodeFrame(closeFrame(1012)));
    await server.rest();
    await expectClose(peer, 1012, false);
    peer.send({ payload: "so am I" });
    peer.send(closeFrame(1012));
    peer.socket.end();
    await expect(socket.closed).resolves.toMatchObject({ code: 1012, initiator: "proxy" });
  });

  test("gives an upstream the time to answer although the client is gone at once", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    socket.close(1012, LONG_MS);
    await expectClose(peer, 1012, false);
    peer.socket.resetAndDestroy();
    await expectClose(server, 1012, true);
    server.socket.write(encodeFrame(closeFrame(1012)));
    await server.rest();
    server.socket.end();
    await expect(socket.closed).resolves.toMatchObject({ code: 1012, initiator: "proxy" });
  });

  test("cuts ends that do not answer within the grace", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    socket.close(1012, 50);
    await expect(socket.closed).resolves.toMatchObject({ code: 1012, initiator: "proxy" });
    await expectClose(peer, 1012, false);
    await expectClose(server, 1012, true);
    expect([...(await peer.rest()), ...(await server.rest())]).toEqual([]);
  });

  test("cuts a frame that does not end within the grace, and writes nothing into it", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    server.socket.write(encodeFrame({ payload: "never whole" }).subarray(0, 5));
    peer.socket.write(
      encodeFrame({ payload: "nor this", maskingKey: Buffer.from("mask") }).subarray(0, 5),
    );
    await peer.bytes(5);
    await server.bytes(5);
    socket.close(1012, 50);
    await expect(socket.closed).resolves.toMatchObject({ code: 1006, initiator: "proxy" });
    expect([...(await peer.rest()), ...(await server.rest())]).toEqual([]);
  });

  test("writes nothing into bytes that are no frames", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    server.socket.write("HTTP/1.1 200 OK\r\n");
    await peer.bytes(17);
    socket.close(1012, 50);
    await socket.closed;
    expect((await peer.rest()).toString()).toBe("");
    await expectClose(server, 1012, true);
  });

  test("comes sooner by a second call with a shorter grace", async () => {
    await using tunnel = await startRawTunnel();
    await tunnel.open();
    const socket = await socketOf(tunnel);
    socket.close(1012, LONG_MS);
    socket.close(1012, 0);
    await expect(socket.closed).resolves.toMatchObject({ code: 1012, initiator: "proxy" });
  });

  test("leaves a closing that an end has begun to that end, but not beyond the grace", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    peer.send(closeFrame(1000));
    expect(toCloseCode(await server.frame())).toBe(1000);
    socket.close(1012, 50);
    await expect(socket.closed).resolves.toMatchObject({ code: 1000, initiator: "client" });
    expect([...(await peer.rest()), ...(await server.rest())]).toEqual([]);
  });

  test("still tells a client that has ended its own direction", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    peer.socket.end();
    await server.rest();
    socket.close(1012, LONG_MS);
    await expectClose(peer, 1012, false);
    await peer.rest();
    server.socket.end();
    await expect(socket.closed).resolves.toMatchObject({ code: 1012, initiator: "proxy" });
  });

  test("does not take the blame for an end that has gone before", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    peer.socket.resetAndDestroy();
    await server.rest();
    socket.close(1012, 0);
    await expect(socket.closed).resolves.toMatchObject({ code: 1006, initiator: "client" });
  });

  test("does nothing once both ends are gone", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    const socket = await socketOf(tunnel);
    peer.socket.destroy();
    await server.rest();
    server.socket.destroy();
    const close = await socket.closed;
    socket.close(1012, 0);
    await expect(socket.closed).resolves.toBe(close);
  });

  test("is understood by a WebSocket library on both ends", async () => {
    await using upstream = await startWsUpstream();
    await using front = await startTunnelFront(upstream.origin);
    const client = new WebSocket(`ws://127.0.0.1:${front.port}/ws`);
    const atServer = Promise.withResolvers<number>();
    upstream.server.on("connection", (accepted) => accepted.on("close", atServer.resolve));
    await once(client, "open");
    const socket = await socketOf({ front });
    socket.close(1012, LONG_MS);
    const [atClient] = await once(client, "close");
    expect([atClient, await atServer.promise]).toEqual([1012, 1012]);
    await expect(socket.closed).resolves.toMatchObject({ code: 1012, initiator: "proxy" });
  });
});

test("closing the tunnels closes what is open, and waits for it", async () => {
  await using tunnel = await startRawTunnel();
  const { peer, server } = await tunnel.open();
  const socket = await socketOf(tunnel);
  const closing = tunnel.front.close();
  await expectClose(peer, 1012, false);
  await expectClose(server, 1012, true);
  peer.send(closeFrame(1012));
  peer.socket.end();
  server.socket.end(encodeFrame(closeFrame(1012)));
  await closing;
  await expect(socket.closed).resolves.toMatchObject({ code: 1012, initiator: "proxy" });
});
