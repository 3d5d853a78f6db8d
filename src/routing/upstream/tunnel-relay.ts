import type { Duplex } from "node:stream";

import { endGently } from "#routing/raw-answer.ts";
import { type BodyBuffers, writePiece } from "#routing/upstream/body-buffers.ts";
import { FrameCursor } from "#routing/upstream/frame-cursor.ts";
import type { SocketTap } from "#routing/upstream/tap.ts";
import { encodeCloseFrame } from "#routing/upstream/tunnel-close-frame.ts";
import type { TunnelConnection } from "#routing/upstream/tunnel-connection.ts";
import { Direction } from "#routing/upstream/tunnel-direction.ts";
import type { SocketClose, TunnelledSocket } from "#routing/upstream/upstream.ts";

/** RFC 6455 §7.1.5: the connection went without a close frame. */
const ABNORMAL_CLOSURE = 1006;

export interface RelayOptions {
  readonly client: Duplex;
  readonly connection: TunnelConnection;
  /** For what is read of the upstream, until the client has it. */
  readonly buffers: BodyBuffers;
  /** What the client is sent before anything else: the head of the upstream's 101. */
  readonly answerHead: Buffer;
  readonly upstreamHead: Buffer;
  readonly clientHead: Buffer;
  /** Gives the four random bytes of a frame's masking key. */
  readonly createMaskingKey: () => Buffer;
  readonly tap: SocketTap | undefined;
}

function whenClosed(socket: Duplex, listener: () => void): void {
  if (socket.closed) queueMicrotask(listener);
  else socket.once("close", listener);
}

const hasSentClose = (direction: Direction): boolean =>
  direction.isCut || direction.closeCode !== undefined;

/**
 * Ties a client and an upstream that have agreed on a WebSocket together until both are gone. Whatever is
 * captured here lives as long as the tunnel, and thousands of tunnels are idle at a time.
 */
export function openRelay({
  client,
  connection,
  buffers,
  createMaskingKey,
  tap,
  ...heads
}: RelayOptions): TunnelledSocket {
  const { socket: upstream } = connection;
  const { promise: closed, resolve } = Promise.withResolvers<SocketClose>();
  const deadlines: NodeJS.Timeout[] = [];
  let initiator: SocketClose["initiator"] | undefined;
  let peerCode: number | undefined;
  let proxyCode: number | undefined;

  /** After a close of Banyan's own, an end's connection is over once it has sent and got a close frame. */
  const endAnswered = (): void => {
    if (proxyCode === undefined) return;
    if (hasSentClose(toClient) && toUpstream.isOver) client.end();
    if (hasSentClose(toUpstream) && toClient.isOver) upstream.end();
  };
  const notice = (peer: "client" | "upstream", said: Direction): void => {
    initiator ??= peer;
    peerCode ??= said.closeCode;
    endAnswered();
  };
  const toUpstream = new Direction({
    from: client,
    to: upstream,
    frames: new FrameCursor("client"),
    listen: (take) => void client.on("data", take),
    write: (chunk) => upstream.write(chunk),
    onChange: () => notice("client", toUpstream),
    onPassed: tap && ((chunk) => tap.fromClient(chunk)),
  });
  const toClient = new Direction({
    from: upstream,
    to: client,
    frames: new FrameCursor("server"),
    listen: (take) => connection.readInto(take),
    write: (view) => writePiece(client, buffers.copy(view)),
    onChange: () => notice("upstream", toClient),
    onPassed: tap && ((chunk) => tap.fromUpstream(chunk)),
  });

  const destroyBoth = (): void => {
    client.destroy();
    upstream.destroy();
  };
  const settle = (): void => {
    if (!client.closed || !upstream.closed) return;
    for (const deadline of deadlines) clearTimeout(deadline);
    tap?.ended();
    resolve({
      code: (toClient.isCut || toUpstream.isCut ? proxyCode : peerCode) ?? ABNORMAL_CLOSURE,
      initiator: initiator ?? "proxy",
      bytesIn: toUpstream.bytes,
      bytesOut: toClient.bytes,
    });
  };
  whenClosed(client, () => {
    notice("client", toUpstream);
    endGently(upstream);
    settle();
  });
  whenClosed(upstream, () => {
    notice("upstream", toClient);
    endGently(client);
    settle();
  });

  // One write for the head and the first frame, as the upstream sent them.
  client.cork();
  client.write(heads.answerHead);
  toClient.take(heads.upstreamHead);
  client.uncork();
  toUpstream.take(heads.clientHead);

  return {
    closed,
    close(code, graceMs) {
      if (client.closed && upstream.closed) return;
      deadlines.push(setTimeout(destroyBoth, graceMs));
      // A closing handshake that a peer has begun is left to them.
      if (proxyCode !== undefined || peerCode !== undefined) return;
      if (client.destroyed || upstream.destroyed) return;
      proxyCode = code;
      initiator = "proxy";
      toClient.cut(encodeCloseFrame(code));
      toUpstream.cut(encodeCloseFrame(code, { maskingKey: createMaskingKey() }));
      endAnswered();
    },
  };
}
