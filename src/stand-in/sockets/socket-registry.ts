import type { Clock } from "#platform/clock.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import { randomUuid, type Random } from "#stand-in/fresh-values.ts";
import { repeat } from "#stand-in/repeat.ts";
import type { Socket } from "#stand-in/sockets/socket.ts";

/** The open PAM sockets by user; what the legacy calls its connection manager. */
export interface SocketRegistry {
  /** Gives the function that takes the socket out again. */
  add(userId: string, socket: Socket): () => void;
  /** Sends to every socket of the user. False where there is none. */
  send(userId: string, text: string): boolean;
  stop(): void;
}

const SWEEP_MS = 20_000;

/**
 * Also pings: one sweep over all sockets every 20 s, which leaves out those that are younger. Its frames
 * are compact, unlike all others of the PAM socket.
 */
export function createSocketRegistry(dependencies: {
  readonly scheduler: Scheduler;
  readonly clock: Clock;
  readonly random: Random;
}): SocketRegistry {
  const { clock, random } = dependencies;
  interface Entry {
    readonly userId: string;
    readonly socket: Socket;
    readonly connectionId: string;
    readonly openedMs: number;
  }
  const entries = new Set<Entry>();
  const stop = repeat(dependencies.scheduler, { firstMs: SWEEP_MS, everyMs: SWEEP_MS }, () => {
    for (const { socket, connectionId, openedMs } of entries) {
      if (clock.monotonicMs() - openedMs < SWEEP_MS) continue;
      const timestamp = clock.now() / 1000;
      const seconds = Number.isInteger(timestamp) ? `${timestamp}.0` : String(timestamp);
      socket.send(`{"type":"ping","timestamp":${seconds},"connection_id":"${connectionId}"}`);
    }
  });
  return {
    add(userId, socket) {
      const connectionId = randomUuid(random);
      const entry = { userId, socket, connectionId, openedMs: clock.monotonicMs() };
      entries.add(entry);
      return () => {
        entries.delete(entry);
      };
    },
    send(userId, text) {
      const own = [...entries].filter((entry) => entry.userId === userId);
      for (const { socket } of own) socket.send(text);
      return own.length > 0;
    },
    stop,
  };
}
