import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

import type { Clock } from "#platform/clock.ts";
import type { ErrorCode } from "#platform/errors.ts";
import type { Closeable } from "#platform/lifecycle.ts";
import { answerError } from "#routing/raw-answer.ts";
import type { BodyBuffers } from "#routing/upstream/body-buffers.ts";
import { encodeAnswerHead, passRefusal } from "#routing/upstream/tunnel-answer.ts";
import { connectTunnel } from "#routing/upstream/tunnel-connection.ts";
import { startHandshake } from "#routing/upstream/tunnel-handshake.ts";
import { openRelay } from "#routing/upstream/tunnel-relay.ts";
import {
  type ForwardPlan,
  type RawHeaders,
  SERVICE_RESTART,
  type TunnelledSocket,
  type Upstream,
} from "#routing/upstream/upstream.ts";

/** A drain comes before and takes its time; this is for what it has left open. */
const CLOSE_GRACE_MS = 1000;

export interface TunnelOptions {
  /** Where the upstream is: scheme, host and port. */
  readonly origin: URL;
  readonly clock: Clock;
  /** For what is read of the upstream, until the client has it. */
  readonly buffers: BodyBuffers;
  /** Gives the four random bytes of a frame's masking key. */
  readonly createMaskingKey?: () => Buffer;
}

function ignoreError(): void {}

/** A tunnel is silent for as long as its peers are; only the TCP stack finds out that one is gone. */
function prepareClient(client: Duplex): void {
  client.on("error", ignoreError);
  if (!(client instanceof Socket)) return;
  client.setTimeout(0);
  client.setNoDelay(true);
  client.setKeepAlive(true, 30_000);
}

/** A body would be read as frames by one end and as a request by another. */
function carriesBody(headers: RawHeaders): boolean {
  return headers.some(
    (name, index) =>
      index % 2 === 0 &&
      (/^transfer-encoding$/i.test(name) ||
        (/^content-length$/i.test(name) && headers[index + 1] !== "0")),
  );
}

/** Why a handshake is not even tried; `undefined` where nothing speaks against it. */
function findFault(request: IncomingMessage, plan: ForwardPlan): ErrorCode | undefined {
  const isHandshake = request.method === "GET" && plan.target.startsWith("/");
  const hasBody = carriesBody(request.rawHeaders) || carriesBody(plan.headers);
  return isHandshake && !hasBody ? undefined : "REQUEST_MALFORMED";
}

/**
 * The WebSocket half of the legacy leg. Until the upstream has answered the handshake with 101, nothing
 * but the handshake passes; from then on every byte does, both ways, as it is.
 */
export function createTunnel({
  origin,
  clock,
  buffers,
  createMaskingKey = () => randomBytes(4),
}: TunnelOptions): { readonly tunnel: Upstream["tunnel"] } & Closeable {
  /** Everything that is under way, by the promise of its end, with what brings that end about. */
  const lives = new Map<Promise<unknown>, () => void>();
  let isClosed = false;

  const own = (end: Promise<unknown>, stop: () => void): void => {
    lives.set(end, stop);
    void end.finally(() => lives.delete(end));
    if (isClosed) stop();
  };
  /** On its own, so that what is kept of an open tunnel is its socket and nothing of its handshake. */
  const ownSocket = (socket: TunnelledSocket): void =>
    own(socket.closed, () => socket.close(SERVICE_RESTART, CLOSE_GRACE_MS));

  return {
    async tunnel({ request, socket: client, head }, plan) {
      prepareClient(client);
      const { answerHeaders, timeouts, socketTap: tap } = plan;
      const fault = findFault(request, plan);
      if (fault !== undefined) {
        answerError(client, fault, plan.failureHeaders());
        return { kind: "failed", code: fault };
      }

      const connection = connectTunnel(origin, buffers.read);
      const { result, fail } = startHandshake({ connection, clock, plan, client, head });
      own(result, () => fail("DRAINING"));
      const { ending, phases, clientHead } = await result;
      switch (ending.kind) {
        case "failed":
          answerError(client, ending.code, plan.failureHeaders());
          return { ...ending, ...phases };
        case "abandoned":
          client.destroy();
          return { ...ending, ...phases };
        case "refused": {
          const { answer } = ending;
          const passed = passRefusal(client, answer, {
            answerHeaders,
            idleMs: timeouts.firstByteMs,
          });
          own(passed, () => client.destroy());
          await passed;
          return { kind: "refused", status: answer.statusCode ?? 0, ...phases };
        }
        case "switched": {
          const { answer, upstreamHead } = ending;
          const answerHead = encodeAnswerHead(answer, answer.rawHeaders, answerHeaders);
          const heads = { answerHead, upstreamHead, clientHead };
          const ends = { client, connection, buffers };
          const socket = openRelay({ ...ends, ...heads, createMaskingKey, tap });
          ownSocket(socket);
          return { kind: "opened", socket, ...phases };
        }
      }
    },
    async close() {
      isClosed = true;
      for (const stop of lives.values()) stop();
      // oxlint-disable-next-line no-await-in-loop -- a handshake that had just succeeded is a tunnel by now
      while (lives.size > 0) await Promise.all(lives.keys());
    },
  };
}
