import { toBaseUrl } from "../base-url.ts";
import { prepareChat } from "../chat/chat-request.ts";
import { toJsonText } from "../json-text.ts";
import { PamClientError, type PamFailure } from "../pam-client-error.ts";
import { systemScheduler } from "../ports.ts";
import { decideAfterLoss, type Loss } from "./decide-after-loss.ts";
import { dial, type Connection } from "./dial.ts";
import { createEvents } from "./events.ts";
import { findToken } from "./find-token.ts";
import type { PamSocket, PamSocketOptions, PamSocketState } from "./pam-socket.ts";
import { createQuestionQueue } from "./question-queue.ts";
import type { SpokenFrame } from "./server-frame.ts";
import { SOCKET_POLICY } from "./socket-policy.ts";
import { toSocketUrl } from "./socket-url.ts";

const REPEATED_VIOLATIONS = 4003;

/** What a lost connection is to the question that was out. */
function toQuestionFailure({ closeCode, reason }: Loss): PamFailure {
  // The backend closes in the place of an answer when it has refused too often.
  if (closeCode === REPEATED_VIOLATIONS) return toRefusal("rejected", reason);
  return { kind: "connection-lost", closeCode, reason };
}

const toRefusal = (kind: "rejected" | "unauthorized", detail: string): PamFailure => ({
  kind,
  status: undefined,
  errorCode: undefined,
  detail,
  body: undefined,
});

/**
 * A user's socket, which connects at once and comes back by itself. Where the backend refuses the token it asks
 * `getToken` for another one and stops if there is none. Throws a `TypeError` where `baseUrl` is none.
 */
export function openPamSocket({
  userId,
  getToken,
  onWarning = () => {},
  signal,
  WebSocket = globalThis.WebSocket,
  scheduler = systemScheduler,
  random = Math.random,
  ...options
}: PamSocketOptions): PamSocket {
  const baseUrl = toBaseUrl(options.baseUrl);
  const policy = { ...SOCKET_POLICY, ...options.policy };
  const events = createEvents();
  const life = new AbortController();
  const questions = createQuestionQueue({
    scheduler,
    policy,
    onOverdue() {
      if (connection?.drop() === true) lose({ closeCode: undefined, reason: "No answer in time" });
    },
  });
  let state: PamSocketState = { kind: "connecting", attempt: 1 };
  let connection: Connection | undefined;
  let failures = 0;
  let token = "";
  let refused: { readonly token: string; readonly reason: string } | undefined;
  let retryAfterMs: number | undefined;
  let cancelTimer: (() => void) | undefined;

  function become(next: PamSocketState): void {
    state = next;
    events.emit({ kind: "state", state });
  }

  function after(delayMs: number, run: () => void): void {
    cancelTimer?.();
    cancelTimer = scheduler.after(delayMs, run);
  }

  function stop(failure: PamFailure): void {
    failures = 0;
    questions.failAll(failure);
    become({ kind: "stopped", failure });
  }

  function lose(loss: Loss): void {
    connection = undefined;
    cancelTimer?.();
    failures += 1;
    questions.interrupt(toQuestionFailure(loss));
    const step = decideAfterLoss({ ...loss, failures, retryAfterMs, random, policy });
    retryAfterMs = undefined;
    if (step.kind === "stop") {
      stop(step.failure);
      return;
    }
    if (step.needsOtherToken) refused = { token, reason: loss.reason };
    const { delayMs } = step;
    after(delayMs, () => void start());
    become({ kind: "waiting", attempt: failures + 1, delayMs });
  }

  function take(frame: SpokenFrame): void {
    switch (frame.kind) {
      case "answer":
        questions.answer(frame.response);
        return;
      case "refusal":
        if (frame.failure.kind === "rate-limited") retryAfterMs = frame.failure.retryAfterMs;
        if (!questions.refuse(frame.failure)) events.emit(frame);
        return;
      case "timer-expired":
      case "proactive-alert":
        events.emit(frame);
        return;
      case "other":
        events.emit({ kind: "other-frame", frame: frame.frame });
    }
  }

  function connectWith(found: string): void {
    token = found;
    connection = dial({
      url: toSocketUrl(baseUrl, userId, token),
      WebSocket,
      scheduler,
      policy,
      onReady() {
        refused = undefined;
        after(policy.stableMs, () => {
          failures = 0;
        });
        if (connection !== undefined) questions.open(connection.send);
        become({ kind: "open" });
      },
      onFrame: take,
      onLost: lose,
    });
  }

  async function start(): Promise<void> {
    cancelTimer?.();
    become({ kind: "connecting", attempt: failures + 1 });
    const limitMs = policy.connectMs;
    const refusedToken = refused?.token;
    const found = await findToken({
      getToken,
      scheduler,
      limitMs,
      refusedToken,
      signal: life.signal,
    });
    if (life.signal.aborted) return;
    switch (found.kind) {
      case "token":
        connectWith(found.token);
        return;
      case "none":
        stop({ kind: "no-token" });
        return;
      case "refused":
        stop(toRefusal("unauthorized", refused?.reason ?? ""));
        return;
      case "failed":
        lose({ closeCode: undefined, reason: "No token in time" });
    }
  }

  function close(): void {
    if (life.signal.aborted) return;
    life.abort();
    cancelTimer?.();
    connection?.drop();
    signal?.removeEventListener("abort", close);
    questions.failAll({ kind: "closed" });
    become({ kind: "closed" });
  }

  if (signal?.aborted === true) close();
  else void start();
  signal?.addEventListener("abort", close, { once: true });

  return {
    get state() {
      return state;
    },
    async ask(message, { context, session_id, signal: askSignal } = {}) {
      if (state.kind === "closed") {
        throw new PamClientError({ kind: "closed" }, { mayHaveArrived: false });
      }
      const fields = { user_id: userId, message };
      const request = {
        ...fields,
        ...(context !== undefined && { context }),
        ...(session_id !== undefined && { session_id }),
      };
      const answer = questions.ask(toJsonText(prepareChat(request, onWarning)), askSignal);
      if (state.kind === "stopped") void start();
      return answer;
    },
    subscribe: events.subscribe,
    connect() {
      if (state.kind === "waiting" || state.kind === "stopped") void start();
    },
    close,
  };
}
