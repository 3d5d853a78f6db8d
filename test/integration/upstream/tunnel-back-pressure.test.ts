import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";

import { describe, expect, test } from "vitest";

import { startRawTunnel } from "#support/tunnel-front.ts";
import { encodeFrame } from "#support/websocket-peer.ts";

const CHUNK = encodeFrame({ opcode: 2, payload: Buffer.alloc(65_000, 7) });
const CHUNKS = 1000;
const TOTAL = CHUNK.length * CHUNKS;

/** Writes one chunk after another, each when the one before it has left the process. */
function pump(socket: Socket) {
  const state = { accepted: 0 };
  const next = (error?: Error | null): void => {
    if (error) return;
    state.accepted += CHUNK.length;
    if (state.accepted < TOTAL) socket.write(CHUNK, next);
  };
  socket.write(CHUNK, next);
  return state;
}

/** Waits until nothing moves any more, and gives what was accepted by then. */
async function stall(state: { accepted: number }): Promise<number> {
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = state.accepted === before && before > 0;
        before = state.accepted;
        return isStill;
      },
      { interval: 100, timeout: 10_000 },
    )
    .toBe(true);
  return state.accepted;
}

async function digestOf(socket: Socket): Promise<string> {
  const hash = createHash("sha256");
  let bytes = 0;
  socket.removeAllListeners("data");
  const done = Promise.withResolvers<void>();
  socket.on("data", (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
    if (bytes >= TOTAL) done.resolve();
  });
  socket.resume();
  await done.promise;
  return `${bytes} ${hash.digest("hex")}`;
}

function expectedDigest(): string {
  const hash = createHash("sha256");
  for (let index = 0; index < CHUNKS; index += 1) hash.update(CHUNK);
  return `${TOTAL} ${hash.digest("hex")}`;
}

describe("a tunnel with one end that does not read", () => {
  test("takes no more from the upstream than fits into the way, and delivers all of it later", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    peer.socket.pause();
    const state = pump(server.socket);
    expect(await stall(state)).toBeLessThan(TOTAL);
    // What the kernel holds is bounded; what the process holds must be too.
    const [client] = tunnel.front.sockets;
    expect(client?.writableNeedDrain).toBe(true);
    expect(client?.writableLength).toBeLessThan(500_000);
    expect(await digestOf(peer.socket)).toBe(expectedDigest());
  });

  test("takes no more from the client than fits into the way, and delivers all of it later", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    server.socket.pause();
    const state = pump(peer.socket);
    expect(await stall(state)).toBeLessThan(TOTAL);
    expect(tunnel.front.sockets[0]?.isPaused()).toBe(true);
    expect(await digestOf(server.socket)).toBe(expectedDigest());
  });

  test("holds back a client that sends too much before the upstream has agreed", async () => {
    await using tunnel = await startRawTunnel();
    const { peer } = await tunnel.shake();
    const state = pump(peer.socket);
    expect(await stall(state)).toBeLessThan(TOTAL);
    expect(tunnel.front.sockets[0]?.isPaused()).toBe(true);
    expect(tunnel.front.sockets[0]?.bytesRead).toBeLessThan(500_000);
  });

  test("delivers everything that such a client has sent once the upstream agrees", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.shake();
    const state = pump(peer.socket);
    await stall(state);
    const digest = digestOf(server.socket);
    server.socket.write("HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    expect(await digest).toBe(expectedDigest());
  });

  test("can be closed all the same, and is cut when the grace is over", async () => {
    await using tunnel = await startRawTunnel();
    const { peer, server } = await tunnel.open();
    peer.socket.pause();
    await stall(pump(server.socket));
    const outcome = await tunnel.front.outcomes[0];
    if (outcome?.kind !== "opened") throw new Error("Not opened");
    outcome.socket.close(1012, 50);
    await expect(outcome.socket.closed).resolves.toMatchObject({ initiator: "proxy" });
  });

  test.each(["end", "resetAndDestroy"] as const)(
    "ends once that end reads on, where the other has left by %s meanwhile",
    async (leave) => {
      await using tunnel = await startRawTunnel();
      const { peer, server } = await tunnel.open();
      peer.socket.pause();
      await stall(pump(server.socket));
      const outcome = await tunnel.front.outcomes[0];
      if (outcome?.kind !== "opened") throw new Error("Not opened");
      server.socket[leave]();
      peer.socket.removeAllListeners("data");
      peer.socket.resume();
      await once(peer.socket, "end");
      peer.socket.end();
      await expect(outcome.socket.closed).resolves.toMatchObject({ initiator: "upstream" });
    },
  );
});
