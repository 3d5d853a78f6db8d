import { randomUUID } from "node:crypto";

import { toKeepalivePing, toSweepPing } from "#concerns/ws/frames/outbound.ts";
import type { SocketLine } from "#concerns/ws/wire/socket-line.ts";
import type { Clock } from "#platform/clock.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

/** The one timer of all sockets; each ping is late by less than this. */
const SWEEP_MS = 1_000;

const FIRST_KEEPALIVE_MS = 5_000;
const KEEPALIVE_MS = 25_000;
const PONG_TIMEOUT_MS = 70_000;
const SWEEP_PING_MS = 20_000;
const PROTOCOL_PING_MS = 20_000;

export interface KeepaliveOptions {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Whether clients are asked by JSON pings, too, and have to answer them. */
  readonly hasJsonPings: boolean;
  /** Names a connection in one of its pings; default a random UUID. */
  readonly createId?: () => string;
}

/** What keeps one socket: each kind of ping has its own time. */
class KeptSocket {
  readonly #line: SocketLine;
  readonly #hasJsonPings: boolean;
  readonly #connectionId: string;
  #lastPongMs: number;
  #nextKeepaliveMs: number;
  #nextSweepMs: number;
  #nextProtocolMs: number;
  #pingNumber = 0;
  #isAwaiting = false;

  constructor(line: SocketLine, { clock, hasJsonPings, createId }: Required<KeepaliveOptions>) {
    const nowMs = clock.monotonicMs();
    this.#line = line;
    this.#hasJsonPings = hasJsonPings;
    this.#connectionId = createId();
    this.#lastPongMs = nowMs;
    this.#nextKeepaliveMs = nowMs + FIRST_KEEPALIVE_MS;
    this.#nextSweepMs = nowMs + SWEEP_PING_MS;
    this.#nextProtocolMs = nowMs + PROTOCOL_PING_MS;
  }

  /** A JSON pong that passed all checks; nothing else keeps the socket. */
  alive(atMs: number): void {
    this.#lastPongMs = atMs;
  }

  protocolPong(): void {
    this.#isAwaiting = false;
  }

  tick(nowMs: number, clock: Pick<Clock, "now">): void {
    if (this.#line.isPaused) {
      // Its pongs are not read, which is no fault of the client.
      this.#lastPongMs = nowMs;
      this.#isAwaiting = false;
    }
    if (nowMs >= this.#nextProtocolMs) this.#pingProtocol();
    if (!this.#hasJsonPings) return;
    if (nowMs >= this.#nextKeepaliveMs) this.#pingKeepalive(nowMs, clock);
    if (nowMs < this.#nextSweepMs) return;
    this.#nextSweepMs += SWEEP_PING_MS;
    this.#line.send(toSweepPing(this.#connectionId, clock.now()));
  }

  #pingProtocol(): void {
    this.#nextProtocolMs += PROTOCOL_PING_MS;
    if (this.#isAwaiting) {
      this.#line.end(1011, "keepalive ping timeout");
      return;
    }
    this.#isAwaiting = true;
    this.#line.ping();
  }

  #pingKeepalive(nowMs: number, clock: Pick<Clock, "now">): void {
    this.#nextKeepaliveMs += KEEPALIVE_MS;
    if (nowMs - this.#lastPongMs > PONG_TIMEOUT_MS) {
      this.#line.end(1001, "Ping timeout");
      return;
    }
    this.#pingNumber += 1;
    this.#line.send(toKeepalivePing(this.#pingNumber, clock.now()));
  }
}

export type { KeptSocket };

/** Asks every socket now and then whether its client is there. */
export interface Keepalive {
  keep(line: SocketLine): KeptSocket;
  leave(kept: KeptSocket): void;
}

/** One timer for all sockets, which stands while there are none. */
export function createKeepalive(given: KeepaliveOptions): Keepalive {
  const options = { createId: randomUUID, ...given };
  const { clock, scheduler } = options;
  const sockets = new Set<KeptSocket>();
  let cancel: (() => void) | undefined;

  function sweep(): void {
    const nowMs = clock.monotonicMs();
    for (const socket of sockets) socket.tick(nowMs, clock);
    cancel = sockets.size === 0 ? undefined : scheduler.after(SWEEP_MS, sweep);
  }

  return {
    keep(line) {
      const socket = new KeptSocket(line, options);
      sockets.add(socket);
      cancel ??= scheduler.after(SWEEP_MS, sweep);
      return socket;
    },
    leave(socket) {
      sockets.delete(socket);
      if (sockets.size > 0) return;
      cancel?.();
      cancel = undefined;
    },
  };
}
