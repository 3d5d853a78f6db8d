import type { Metrics, Tally } from "#platform/metrics.ts";

/** What can become of a frame that a client sent. */
const FRAME_OUTCOMES = [
  "accepted",
  "unreadable",
  "invalid",
  "injection",
  "suspicious",
  "too-large",
  "rate-limited",
] as const;
export type FrameOutcome = (typeof FRAME_OUTCOMES)[number];

export const SOCKET_KINDS = ["socket", "bridge"] as const;
export type SocketKind = (typeof SOCKET_KINDS)[number];

/** Counts what happens on the sockets that this process answers. */
export interface SocketFigures {
  readonly open: Readonly<Record<SocketKind, Tally>>;
  readonly frames: Readonly<Record<FrameOutcome, Tally>>;
  /** Clients that did not read what was sent to them, and were cut off. */
  readonly slowConsumers: Tally;
  /** Pushes that were let go because too many waited for an answer to be out. */
  readonly droppedPushes: Tally;
}

export function createSocketFigures(metrics: Pick<Metrics, "counter" | "level">): SocketFigures {
  const openOf = metrics.level({
    name: "banyan_native_sockets",
    help: "Open WebSockets that this process answers",
    labels: ["socket"],
  });
  const framesOf = metrics.counter({
    name: "banyan_native_socket_frames_total",
    help: "Frames of clients on such sockets by what became of them",
    labels: ["outcome"],
  });
  const counter = (name: string, help: string): Tally =>
    metrics.counter({ name, help, labels: [] })({});
  const frame = (outcome: FrameOutcome): Tally => framesOf({ outcome });
  return {
    open: { socket: openOf({ socket: "socket" }), bridge: openOf({ socket: "bridge" }) },
    frames: {
      accepted: frame("accepted"),
      unreadable: frame("unreadable"),
      invalid: frame("invalid"),
      injection: frame("injection"),
      suspicious: frame("suspicious"),
      "too-large": frame("too-large"),
      "rate-limited": frame("rate-limited"),
    },
    slowConsumers: counter(
      "banyan_native_socket_slow_consumers_total",
      "Sockets cut off because their client did not read",
    ),
    droppedPushes: counter(
      "banyan_native_socket_dropped_pushes_total",
      "Pushes let go because too many waited for an answer to be out",
    ),
  };
}
