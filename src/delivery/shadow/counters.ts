/** Why a request that was to be shadowed was not. */
export const DROP_REASONS = [
  /** Its native side could not be run without changing something. */
  "not-contained",
  "request-too-large",
  "answer-too-large",
  /** All that shadowing may hold in memory is held. */
  "memory",
  "queue-full",
  /** Too many native sides have not come back. */
  "hung",
  /** The client did not get legacy's whole answer. */
  "incomplete",
  /** The answer's coding could not be undone within its bound. */
  "undecodable",
  "too-many-sockets",
  "frame-too-large",
  /** A compressed message of a conversation was broken. */
  "compressed",
  /** What came were no frames. */
  "malformed",
  "closing",
] as const;

export type DropReason = (typeof DROP_REASONS)[number];

export interface ShadowCounts {
  /** Requests and conversations that were chosen. */
  readonly sampled: number;
  readonly compared: number;
  /** Native gave no answer in time, or failed. */
  readonly failed: number;
  readonly baselines: number;
  readonly baselineFailures: number;
  /** Failures of the shadow itself; each is logged. */
  readonly defects: number;
  readonly drops: Readonly<Record<DropReason, number>>;
  /** Now waiting, now running, and given up on without having come back. */
  readonly queued: number;
  readonly running: number;
  readonly hung: number;
  readonly heldBytes: number;
  readonly openSockets: number;
}

type Event = "sampled" | "compared" | "failed" | "baselines" | "baselineFailures" | "defects";

export interface ShadowCounters {
  count(event: Event): void;
  drop(reason: DropReason): void;
  snapshot(): Pick<ShadowCounts, Event | "drops">;
}

export function createShadowCounters(): ShadowCounters {
  const events = {
    sampled: 0,
    compared: 0,
    failed: 0,
    baselines: 0,
    baselineFailures: 0,
    defects: 0,
  };
  const drops = {
    "not-contained": 0,
    "request-too-large": 0,
    "answer-too-large": 0,
    memory: 0,
    "queue-full": 0,
    hung: 0,
    incomplete: 0,
    undecodable: 0,
    "too-many-sockets": 0,
    "frame-too-large": 0,
    compressed: 0,
    malformed: 0,
    closing: 0,
  } satisfies Record<DropReason, number>;
  return {
    count(event) {
      events[event] += 1;
    },
    drop(reason) {
      drops[reason] += 1;
    },
    snapshot: () => ({ ...events, drops: { ...drops } }),
  };
}
