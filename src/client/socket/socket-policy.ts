/** How long a socket waits for what, and how it comes back. Every part may be given in its place. */
export interface SocketPolicy {
  /** From dialling to the backend's welcome. */
  readonly connectMs: number;
  /** From asking to the answer; the backend gives a turn 27 s. */
  readonly answerMs: number;
  /** How long a question may wait to be sent. */
  readonly queueMs: number;
  /** Questions that may wait to be sent. */
  readonly maxQueued: number;
  /** Without any frame. After half of it the client asks whether the backend lives; it pings every 25 s itself. */
  readonly silenceMs: number;
  /** Full jitter: up to `baseMs`, doubling with each failure in a row, and never over `capMs`. */
  readonly backoff: { readonly baseMs: number; readonly capMs: number };
  /** Failures in a row after which the socket stops until it is asked or told to connect. */
  readonly maxAttempts: number;
  /** What has lived this long is no failure. A backend that welcomes and then closes is one. */
  readonly stableMs: number;
  /** The least wait after a close for too many messages, where the backend did not name one. */
  readonly rateWindowMs: number;
}

export const SOCKET_POLICY: SocketPolicy = {
  connectMs: 10_000,
  answerMs: 30_000,
  queueMs: 30_000,
  maxQueued: 16,
  silenceMs: 60_000,
  backoff: { baseMs: 1000, capMs: 30_000 },
  maxAttempts: 20,
  stableMs: 10_000,
  rateWindowMs: 60_000,
};
