import { toNaiveUtc, type Clock } from "#platform/clock.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import { repeat } from "#stand-in/repeat.ts";
import { toPythonFrame } from "#stand-in/sockets/python-frame.ts";
import type { Socket } from "#stand-in/sockets/socket.ts";

export interface Keepalive {
  /** The client's JSON `pong`; nothing else keeps a PAM socket alive. */
  alive(): void;
  stop(): void;
}

export interface KeepaliveDependencies {
  readonly socket: Socket;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
}

const PONG_TIMEOUT_MS = 70_000;

/** The legacy's task of one connection: pings after 5 s and then every 25 s, and closes on silence. */
export function startPings({ socket, scheduler, clock }: KeepaliveDependencies): Keepalive {
  let lastPongMs = clock.monotonicMs();
  let pingNumber = 0;
  const stop = repeat(scheduler, { firstMs: 5000, everyMs: 25_000 }, () => {
    if (clock.monotonicMs() - lastPongMs > PONG_TIMEOUT_MS) {
      stop();
      socket.close(1001, "Ping timeout");
      return;
    }
    pingNumber += 1;
    const timestamp = toNaiveUtc(clock.now());
    socket.send(toPythonFrame({ type: "ping", timestamp, ping_number: pingNumber }));
  });
  return {
    alive() {
      lastPongMs = clock.monotonicMs();
    },
    stop,
  };
}

/** The server library's own check: a protocol ping every 20 s must be answered within 20 s. */
export function startProtocolPings({
  socket,
  scheduler,
}: Omit<KeepaliveDependencies, "clock">): Keepalive {
  let isAwaiting = false;
  const stop = repeat(scheduler, { firstMs: 20_000, everyMs: 20_000 }, () => {
    if (isAwaiting) {
      stop();
      socket.close(1011, "keepalive ping timeout");
      return;
    }
    isAwaiting = true;
    socket.ping();
  });
  return {
    alive() {
      isAwaiting = false;
    },
    stop,
  };
}
