import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";

import { systemClock } from "#platform/clock.ts";
import type { UpstreamOptions } from "#routing/upstream/index.ts";
import type { Upstream } from "#routing/upstream/upstream.ts";
import { type Proxy, type ProxyOptions, startProxy } from "#support/proxy-fixture.ts";
import { type RawServer, startRawServer } from "#support/raw-http.ts";

export type CreateUpstream = (options: UpstreamOptions) => Upstream;

export interface LegOptions extends Omit<ProxyOptions, "upstream"> {
  /** Default: a server that says only what the test makes it say. */
  readonly legacy?: RawServer;
  readonly upstream?: Partial<UpstreamOptions>;
}

/** A legacy, Banyan's leg to it, and a listener in front of that. */
export interface Leg extends AsyncDisposable {
  readonly legacy: RawServer;
  readonly proxy: Proxy;
}

export async function startLeg(create: CreateUpstream, options: LegOptions = {}): Promise<Leg> {
  const { legacy = await startRawServer(), upstream = {}, ...rest } = options;
  const proxy = await startProxy({
    upstream: create({ origin: legacy.origin, clock: systemClock, ...upstream }),
    ...rest,
  });
  return {
    legacy,
    proxy,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await legacy[Symbol.asyncDispose]();
    },
  };
}

/** What the leg adds to a request from this machine to host `a`. */
export const ADDED_LINES =
  "x-forwarded-for: 127.0.0.1\r\nx-forwarded-proto: http\r\nx-forwarded-host: a\r\nx-request-id: request-1\r\n";

/** Every byte there is. */
export const ALL_BYTES: string = Buffer.from(
  Array.from({ length: 256 }, (_, byte) => byte),
).toString("latin1");

/** One chunk as framed. */
export const toChunk = (data: string): string => `${data.length.toString(16)}\r\n${data}\r\n`;

/** Event loop turns without any progress after which nobody takes what was written. */
const IDLE_TURNS = 2000;

/** Writes until nobody takes any more, or `size` bytes are gone. Gives how many were written. */
export async function writeUntilFull(socket: Socket, size: number): Promise<number> {
  const chunk = Buffer.alloc(1024 * 1024);
  let sent = 0;
  let idleTurns = 0;
  while (sent < size && idleTurns < IDLE_TURNS) {
    if (socket.writableNeedDrain) idleTurns += 1;
    else {
      socket.write(chunk);
      sent += chunk.length;
      idleTurns = 0;
    }
    // oxlint-disable-next-line no-await-in-loop -- each turn gives the sockets a chance
    await nextTurn();
  }
  return sent;
}
