export interface ShadowLimits {
  readonly maxRequestBytes: number;
  readonly maxAnswerBytes: number;
  /** Of an answer whose coding was undone. */
  readonly maxDecodedBytes: number;
  /** Everything that is captured, waits or runs, together. */
  readonly maxHeldBytes: number;
  readonly maxQueued: number;
  readonly maxConcurrent: number;
  /** Native sides that were given up on and still run; with so many, no more are started. */
  readonly maxHung: number;
  /** For one request on the native side. */
  readonly deadlineMs: number;
  /** For one whole conversation on the native side. */
  readonly conversationMs: number;
  /** Conversations that are listened to at a time. */
  readonly maxSockets: number;
  /** Of one message of a conversation. */
  readonly maxFrameBytes: number;
  /** Of a conversation only the beginning is compared. */
  readonly maxFrames: number;
  readonly maxTranscriptBytes: number;
  /** How long native may take for its first answer of a turn. */
  readonly turnMs: number;
  /** How long is waited for the next one, while there are fewer than on legacy. */
  readonly quietMs: number;
  /** How long is listened for more once a turn has as many answers as it had on legacy. */
  readonly settleMs: number;
}

export const DEFAULT_SHADOW_LIMITS: ShadowLimits = {
  maxRequestBytes: 256 * 1024,
  maxAnswerBytes: 256 * 1024,
  maxDecodedBytes: 512 * 1024,
  maxHeldBytes: 16 * 1024 * 1024,
  maxQueued: 200,
  maxConcurrent: 2,
  maxHung: 8,
  deadlineMs: 30_000,
  conversationMs: 120_000,
  maxSockets: 50,
  maxFrameBytes: 64 * 1024,
  maxFrames: 200,
  maxTranscriptBytes: 256 * 1024,
  turnMs: 30_000,
  quietMs: 5_000,
  settleMs: 50,
};
