import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import { systemClock } from "#platform/clock.ts";
import { BodyBuffers } from "#routing/upstream/body-buffers.ts";
import { createTunnel } from "#routing/upstream/tunnel.ts";
import type { ForwardPlan, TunnelOutcome } from "#routing/upstream/upstream.ts";
import { type RawUpstream, startRawUpstream } from "#support/raw-upstream.ts";
import { encodeHandshake, WebSocketPeer, type WireReader } from "#support/websocket-peer.ts";

export interface TunnelFront extends AsyncDisposable {
  readonly port: number;
  /** The outcomes of the handshakes, in the order in which they came in. */
  readonly outcomes: Promise<TunnelOutcome>[];
  /** Banyan's own ends of the clients' connections. */
  readonly sockets: Socket[];
  readonly close: () => Promise<void>;
}

const HOP_BY_HOP = /^(?:connection|upgrade)$/i;

function withoutHopByHop(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => !HOP_BY_HOP.test(rawHeaders[index - (index % 2)] ?? ""));
}

/** A listener that tunnels every upgrade to `origin`, with `changes` to the plan that it makes. */
export async function startTunnelFront(
  origin: string,
  changes: Partial<ForwardPlan> = {},
): Promise<TunnelFront> {
  const tunnels = createTunnel({
    origin: new URL(origin),
    clock: systemClock,
    buffers: new BodyBuffers(),
  });
  const outcomes: Promise<TunnelOutcome>[] = [];
  const sockets: Socket[] = [];
  const server = createServer();
  server.on("connection", (socket) => sockets.push(socket));
  server.on("upgrade", (request, socket, head) => {
    const plan: ForwardPlan = {
      target: request.url ?? "/",
      headers: withoutHopByHop(request.rawHeaders),
      answerHeaders: ["x-banyan-side", "legacy"],
      failureHeaders: () => ["x-banyan-side", "legacy"],
      timeouts: { connectMs: 5000, firstByteMs: 5000 },
      maxBodyBytes: undefined,
      ...changes,
    };
    outcomes.push(tunnels.tunnel({ request, socket, head }, plan));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    outcomes,
    sockets,
    close: async () => tunnels.close(),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await tunnels.close();
    },
  };
}

export interface RawTunnel extends AsyncDisposable {
  readonly upstream: RawUpstream;
  readonly front: TunnelFront;
  /** A client whose handshake has arrived at the upstream, which has not answered it. */
  shake(...lines: readonly string[]): Promise<{ peer: WebSocketPeer; server: WireReader }>;
  /** The same with the upstream's 101 sent and received. */
  open(): Promise<{ peer: WebSocketPeer; server: WireReader }>;
}

export const SWITCHING =
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

/** Tunnels to an upstream written by hand. */
export async function startRawTunnel(changes: Partial<ForwardPlan> = {}): Promise<RawTunnel> {
  const upstream = await startRawUpstream();
  const front = await startTunnelFront(upstream.origin, changes);
  const peers: WebSocketPeer[] = [];
  const shake: RawTunnel["shake"] = async (...lines) => {
    const peer = await WebSocketPeer.connect(front.port);
    peers.push(peer);
    peer.socket.write(encodeHandshake("/ws/u1", ...lines));
    const server = await upstream.accept();
    await server.head();
    return { peer, server };
  };
  return {
    upstream,
    front,
    shake,
    async open() {
      const { peer, server } = await shake();
      server.socket.write(SWITCHING);
      await peer.head();
      return { peer, server };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(peers.map(async (peer) => peer[Symbol.asyncDispose]()));
      // Before the front, which would give an open upstream time to say goodbye.
      await upstream[Symbol.asyncDispose]();
      await front[Symbol.asyncDispose]();
    },
  };
}
