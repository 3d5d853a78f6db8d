import type { ConcernDependencies } from "#concerns/concern.ts";
import { checkFrame, type FrameCheck } from "#concerns/ws/frames/check-frame.ts";
import * as errors from "#concerns/ws/frames/errors.ts";
import type { Frame } from "#concerns/ws/frames/inbound.ts";
import {
  logSecurityEvent,
  MessageRefused,
  type SecureWebSocketMessage,
} from "#pam/safety/middleware.ts";
import type { SecurityEvent } from "#pam/safety/security-event.ts";
import { isOverThreshold } from "#pam/safety/violations/violation-store.ts";

export interface FrameClose {
  readonly code: number;
  readonly reason: string;
}

/** What becomes of a frame that is an object. */
export type Judgement =
  | { readonly kind: "accepted"; readonly message: SecureWebSocketMessage }
  | {
      readonly kind: "refused";
      /** Sent first, where there is one. */
      readonly error: string | undefined;
      readonly close: FrameClose | undefined;
    };

export type FrameJudgeDependencies = Pick<
  ConcernDependencies,
  | "clock"
  | "frameLimit"
  | "rateLimits"
  | "safetyProfileOf"
  | "securityEvents"
  | "violations"
  | "messageSizes"
  | "socketFigures"
>;

export interface Sender {
  readonly userId: string;
  /** Of the frame as it came. */
  readonly bytes: number;
}

export interface FrameJudge {
  /** Steps 2 to 7 of what the legacy does with a frame. Counts what is counted; never rejects. */
  judge(frame: Frame, sender: Sender): Promise<Judgement>;
  /** The same for a frame that is too large to be read: it is invalid, whatever it says. */
  judgeUnread(sender: Sender): Promise<Judgement>;
  /** Whether this is a pong that nothing is held against. Counts nothing. */
  isFitPong(frame: Frame, userId: string): boolean;
}

type Refusal = Exclude<FrameCheck, { kind: "fit" }>;

const UNCOUNTED: ReadonlySet<unknown> = new Set(["ping", "pong"]);
const UNLIMITED: ReadonlySet<unknown> = new Set([...UNCOUNTED, "test"]);

/** Larger ones are no pings that anybody sends, and count like other frames. */
const MAX_PING_BYTES = 4_096;
/** Over this what is left of a frame is closed on at once. */
const MAX_KEPT_BYTES = 1_048_576;

const MALICIOUS_CLOSE: FrameClose = { code: 4003, reason: "Security violation" };

const refused = (error: string | undefined, close?: FrameClose): Judgement => ({
  kind: "refused",
  error,
  close,
});

function toEvent(refusal: Refusal, userId: string): SecurityEvent {
  switch (refusal.kind) {
    case "invalid": {
      const { refusal: cause } = refusal;
      return { name: "VALIDATION_FAILURE", userId, check: cause.refusal, reason: cause.message };
    }
    case "malicious": {
      const { verdict, text } = refusal;
      const { event: name, check, reason } = verdict;
      return { name, userId, check, reason, text };
    }
    case "too-large": {
      const { kind: check, reason } = refusal.size;
      return { name: "MESSAGE_SIZE_VIOLATION", userId, check, reason };
    }
  }
}

/** From the fifth violation of a kind on the socket is closed; only some kinds send their error before. */
function toRefused(refusal: Refusal, isOver: boolean): Judgement {
  switch (refusal.kind) {
    case "invalid":
      return isOver
        ? refused(undefined, { code: 4003, reason: "Repeated validation failures" })
        : refused(errors.VALIDATION_ERROR);
    case "malicious": {
      if (isOver) return refused(undefined, MALICIOUS_CLOSE);
      const isInjection = refusal.verdict.event === "PROMPT_INJECTION";
      return refused(isInjection ? errors.SECURITY_VIOLATION : errors.SUSPICIOUS_CONTENT);
    }
    case "too-large": {
      const isHuge = refusal.size.sizeInfo.message_size_bytes > MAX_KEPT_BYTES;
      const error = errors.toTooLarge(refusal.size);
      const close = { code: 4009, reason: "Message size violation" };
      return isOver || isHuge ? refused(error, close) : refused(error);
    }
  }
}

export function createFrameJudge(dependencies: FrameJudgeDependencies): FrameJudge {
  const { clock, frameLimit, rateLimits, safetyProfileOf, securityEvents } = dependencies;
  const { violations, messageSizes, socketFigures } = dependencies;

  async function isOver(event: SecurityEvent): Promise<boolean> {
    logSecurityEvent(event, securityEvents);
    return isOverThreshold(await violations.record(event.userId, event.name));
  }

  function countFigure(check: FrameCheck): void {
    const { frames } = socketFigures;
    if (check.kind === "invalid") frames.invalid.add();
    if (check.kind === "too-large") frames["too-large"].add();
    if (check.kind === "malicious") {
      frames[check.verdict.event === "PROMPT_INJECTION" ? "injection" : "suspicious"].add();
    }
    if (check.kind === "fit" || check.kind === "too-large") messageSizes.record(check.size);
  }

  async function limit(userId: string): Promise<Judgement | undefined> {
    const { isAllowed, usage } = await rateLimits.websocket.take(userId);
    if (isAllowed) return undefined;
    socketFigures.frames["rate-limited"].add();
    const error = errors.toRateLimit(usage.resetMs);
    const reason = `more than ${usage.used} frames in the window`;
    const event = { name: "RATE_LIMIT_VIOLATION", userId, check: "websocket", reason } as const;
    const close = { code: 4008, reason: "Excessive rate limit violations" };
    return (await isOver(event)) ? refused(error, close) : refused(error);
  }

  async function limitFrames(userId: string): Promise<Judgement | undefined> {
    const { isAllowed, usage } = await frameLimit.take(userId);
    if (isAllowed) return undefined;
    socketFigures.frames["rate-limited"].add();
    return refused(errors.toFrameLimit(usage.resetMs, clock.now()));
  }

  async function refuse(refusal: Refusal, userId: string): Promise<Judgement> {
    countFigure(refusal);
    return toRefused(refusal, await isOver(toEvent(refusal, userId)));
  }

  return {
    async judge(frame, { userId, bytes }) {
      const isCounted = bytes > MAX_PING_BYTES || !UNCOUNTED.has(frame["type"]);
      const tooMany = isCounted ? await limitFrames(userId) : undefined;
      if (tooMany !== undefined) return tooMany;
      const check = checkFrame(frame, safetyProfileOf(userId));
      if (check.kind !== "fit") return refuse(check, userId);
      countFigure(check);
      const { message } = check;
      const refusal = UNLIMITED.has(message.type) ? undefined : await limit(userId);
      if (refusal === undefined) socketFigures.frames.accepted.add();
      return refusal ?? { kind: "accepted", message };
    },
    async judgeUnread({ userId }) {
      const refusal = new MessageRefused("shape", "");
      return (await limitFrames(userId)) ?? refuse({ kind: "invalid", refusal }, userId);
    },
    isFitPong(frame, userId) {
      if (frame["type"] !== "pong") return false;
      return checkFrame(frame, safetyProfileOf(userId)).kind === "fit";
    },
  };
}
