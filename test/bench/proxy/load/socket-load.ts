import { once } from "node:events";

import { WebSocket } from "ws";

import { quantile } from "../harness/summary.ts";

export interface SocketTarget {
  readonly port: number;
  /** With its token. */
  readonly path: string;
}

const open = async ({ port, path }: SocketTarget): Promise<WebSocket> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { perMessageDeflate: false });
  await once(socket, "open");
  return socket;
};

export interface UpgradeResult {
  readonly perSecond: number;
}

/** Opens and closes sockets, sixteen at a time. */
export async function runUpgrades(target: SocketTarget, count: number): Promise<UpgradeResult> {
  let begun = 0;
  const startedAtMs = performance.now();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (begun < count) {
        begun += 1;
        // oxlint-disable-next-line no-await-in-loop -- one after the other on each line
        const socket = await open(target);
        socket.terminate();
      }
    }),
  );
  return { perSecond: count / ((performance.now() - startedAtMs) / 1_000) };
}

export interface EchoResult {
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface EchoLoad {
  readonly sockets: number;
  readonly count: number;
  /** Messages that are under way on each socket. */
  readonly inFlight: number;
}

/** Sends 64 bytes and waits for them, over and over, on every socket at once. */
export async function runEchoes(
  target: SocketTarget,
  { sockets: socketCount, count, inFlight }: EchoLoad,
): Promise<EchoResult> {
  const sockets = await Promise.all(Array.from({ length: socketCount }, async () => open(target)));
  const latencies: number[] = [];
  const message = "x".repeat(64);
  let sent = 0;
  const startedAtMs = performance.now();
  await Promise.all(
    sockets.map(
      async (socket) =>
        new Promise<void>((resolve) => {
          /** When each of what is under way was sent: echoes come in order. */
          const sentAtMs: number[] = [];
          const send = (): void => {
            if (sent >= count) return;
            sent += 1;
            sentAtMs.push(performance.now());
            socket.send(message);
          };
          socket.on("message", () => {
            latencies.push(performance.now() - (sentAtMs.shift() ?? Number.NaN));
            send();
            if (sentAtMs.length === 0) resolve();
          });
          for (let at = 0; at < inFlight; at += 1) send();
          if (sentAtMs.length === 0) resolve();
        }),
    ),
  );
  const seconds = (performance.now() - startedAtMs) / 1_000;
  for (const socket of sockets) socket.terminate();
  const sorted = latencies.toSorted((left, right) => left - right);
  return { seconds, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}

/** Sockets that stay open until they are let go. */
export async function holdSockets(target: SocketTarget, count: number): Promise<() => void> {
  const sockets: WebSocket[] = [];
  while (sockets.length < count) {
    const batch = Math.min(100, count - sockets.length);
    // oxlint-disable-next-line no-await-in-loop -- a hundred at a time
    sockets.push(...(await Promise.all(Array.from({ length: batch }, async () => open(target)))));
  }
  return () => {
    for (const socket of sockets) socket.terminate();
  };
}
