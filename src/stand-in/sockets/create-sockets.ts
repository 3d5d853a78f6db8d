import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { type WebSocket, WebSocketServer } from "ws";

import type { Recordings } from "#contracts/recordings/load-recordings.ts";
import type { WsEvent, WsRecording } from "#contracts/recordings/recording.ts";
import type { Clock } from "#platform/clock.ts";
import type { Logger } from "#platform/logger.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import type { Random } from "#stand-in/fresh-values.ts";
import { toRecordedBytes } from "#stand-in/recorded-bytes.ts";
import { openBridgeSocket } from "#stand-in/sockets/bridge-socket.ts";
import { createFrameCases, type RecordedReply } from "#stand-in/sockets/frame-cases.ts";
import { judgeHandshake, type Handshake } from "#stand-in/sockets/judge-handshake.ts";
import { startProtocolPings } from "#stand-in/sockets/keepalive.ts";
import { createPamReplies } from "#stand-in/sockets/pam-replies.ts";
import { openPamSocket } from "#stand-in/sockets/pam-socket.ts";
import { createSocketRegistry } from "#stand-in/sockets/socket-registry.ts";
import { fitsCloseFrame, type Conversation, type Socket } from "#stand-in/sockets/socket.ts";
import { createViolations } from "#stand-in/sockets/violations.ts";

export interface SocketsDependencies {
  readonly recordings: Recordings;
  readonly tokenSecret: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

export interface Sockets {
  /** Node's `upgrade` event. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Sends a frame to every socket of a user; false where there is none. */
  readonly notify: (userId: string, frame: string) => boolean;
  /** Closes every socket with 1012, as the legacy does when it stops. */
  close(): void;
}

/** The largest message that the legacy's server takes before it closes with 1009. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** How long a client may take to answer the close frame when the stand-in stops. */
const CLOSE_GRACE_MS = 2000;

export function createSockets(dependencies: SocketsDependencies): Sockets {
  const { clock, scheduler, tokenSecret } = dependencies;
  const ws = dependencies.recordings.ws.filter(({ environment }) => environment === "default");
  const choose = createPamReplies(createFrameCases(ws.filter((one) => !isBridge(one))));
  const supervisor = findSupervisorReply(ws.filter(isBridge));
  const registry = createSocketRegistry(dependencies);
  const shared = {
    ...dependencies,
    choose,
    registry,
    violations: createViolations(),
    welcome: findWelcome(ws),
  };
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: true,
    maxPayload: MAX_MESSAGE_BYTES,
    // The legacy never selects a subprotocol, whatever is offered.
    handleProtocols: () => false,
  });
  server.on("headers", (headers) => {
    headers.push(`date: ${new Date(clock.now()).toUTCString()}`, "server: uvicorn");
  });

  function converse(
    handshake: Exclude<Handshake, { kind: "rejected" }>,
    socket: Socket,
  ): Conversation | undefined {
    switch (handshake.kind) {
      case "refused":
        socket.close(4001, handshake.reason);
        return undefined;
      case "pam":
        return openPamSocket(handshake.userId, socket, shared);
      case "bridge":
        return openBridgeSocket(socket, supervisor);
      default:
        return handshake satisfies never;
    }
  }

  return {
    upgrade(request, socket, head) {
      const check = { secret: tokenSecret, nowSeconds: clock.now() / 1000 };
      const handshake = judgeHandshake(request.url ?? "/", check);
      if (handshake.kind === "rejected") {
        const { status, headers, body: text } = findRejection(ws, handshake.recording);
        const body = { kind: "text", text } as const;
        socket.on("error", () => {});
        socket.end(toRecordedBytes({ status, headers, body, clock }));
        return;
      }
      // The welcome leaves in one packet with the 101, as the legacy's server sends them.
      socket.cork();
      server.handleUpgrade(request, socket, head, (webSocket) => {
        attach(webSocket, (own) => converse(handshake, own), scheduler);
      });
      process.nextTick(() => {
        socket.uncork();
      });
    },
    notify: (userId, frame) => registry.send(userId, frame),
    close() {
      registry.stop();
      server.close();
      for (const client of server.clients) {
        client.close(1012);
        const cancel = scheduler.after(CLOSE_GRACE_MS, () => {
          client.terminate();
        });
        client.on("close", cancel);
      }
    },
  };
}

function attach(
  webSocket: WebSocket,
  converse: (socket: Socket) => Conversation | undefined,
  scheduler: Scheduler,
): void {
  const socket: Socket = {
    send(text) {
      if (webSocket.readyState === webSocket.OPEN) webSocket.send(text);
    },
    close(code, reason) {
      if (fitsCloseFrame(reason)) webSocket.close(code, reason);
    },
    ping() {
      if (webSocket.readyState === webSocket.OPEN) webSocket.ping();
    },
  };
  // A broken frame or a reset; `close` follows.
  webSocket.on("error", () => {});
  const conversation = converse(socket);
  const pings = startProtocolPings({ socket, scheduler });
  webSocket.on("message", (data, isBinary) => {
    if (isBinary) conversation?.binary();
    else conversation?.text(toText(data));
  });
  webSocket.on("pong", () => {
    pings.alive();
    conversation?.pong();
  });
  webSocket.on("close", () => {
    pings.stop();
    conversation?.ended();
  });
}

/** With ws's default `binaryType` a message is one buffer. */
function toText(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data).toString("utf8");
}

const isBridge = ({ open }: WsRecording): boolean => open.target.includes("/voice-hybrid/");

function findSupervisorReply(conversations: readonly WsRecording[]): RecordedReply {
  const reply = createFrameCases(conversations).find({ type: "supervisor_request" });
  if (reply === undefined) throw new TypeError("Cannot stand in: no recorded bridge reply");
  return reply;
}

function findWelcome(conversations: readonly WsRecording[]): RecordedReply {
  const good = conversations.find(({ id }) => id === "ws/connect-good");
  const frame = good?.events.find((event) => event.kind === "receive");
  if (frame === undefined) throw new TypeError("Cannot stand in: no recorded welcome frame");
  return { frames: [frame], recordedAt: good?.at };
}

function findRejection(
  conversations: readonly WsRecording[],
  id: string,
): Extract<WsEvent, { kind: "rejected" }> {
  const events = conversations.find((conversation) => conversation.id === id)?.events;
  const rejection = events?.find((event) => event.kind === "rejected");
  if (rejection === undefined) throw new TypeError(`Cannot stand in: no rejection in ${id}`);
  return rejection;
}
