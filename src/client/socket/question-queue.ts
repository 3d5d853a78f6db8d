import type { Pam2ChatResponse } from "../chat/chat-response.ts";
import { PamClientError, type PamFailure } from "../pam-client-error.ts";
import type { ClientScheduler } from "../ports.ts";
import type { SocketPolicy } from "./socket-policy.ts";

export interface QuestionQueueOptions {
  readonly scheduler: ClientScheduler;
  readonly policy: Pick<SocketPolicy, "answerMs" | "queueMs" | "maxQueued">;
  /** An answer is overdue: it might still come, and be taken for the next one's. The connection has to go. */
  readonly onOverdue: () => void;
}

export interface QuestionQueue {
  /** Rejects with `PamClientError`, or with the signal's reason. */
  readonly ask: (frame: string, signal: AbortSignal | undefined) => Promise<Pam2ChatResponse>;
  /** Questions can be sent: over this. */
  readonly open: (send: (frame: string) => void) => void;
  /** They cannot any more. The one that was sent fails; the others wait for the next connection. */
  readonly interrupt: (failure: PamFailure) => void;
  readonly answer: (response: Pam2ChatResponse) => void;
  /** False where no question was open. */
  readonly refuse: (failure: PamFailure) => boolean;
  /** Ends every question. */
  readonly failAll: (failure: PamFailure) => void;
}

interface Question {
  readonly frame: string;
  readonly resolve: (response: Pam2ChatResponse) => void;
  readonly reject: (reason: unknown) => void;
  cancelTimer: () => void;
}

/**
 * One answer a question. The protocol has no ids and answers in the order of the questions, so that only one is out
 * at a time. One that its asker gave up stays out until its answer has come: the next one would get it otherwise.
 */
export function createQuestionQueue({
  scheduler,
  policy,
  onOverdue,
}: QuestionQueueOptions): QuestionQueue {
  const waiting: Question[] = [];
  let out: Question | undefined;
  let send: ((frame: string) => void) | undefined;

  function next(): void {
    if (out !== undefined || send === undefined) return;
    const question = waiting.shift();
    if (question === undefined) return;
    out = question;
    question.cancelTimer();
    question.cancelTimer = scheduler.after(policy.answerMs, () => {
      const failure = { kind: "timed-out", limitMs: policy.answerMs } as const;
      question.reject(new PamClientError(failure, { mayHaveArrived: true }));
      out = undefined;
      onOverdue();
    });
    send(question.frame);
  }

  function takeOut(): Question | undefined {
    const question = out;
    out = undefined;
    question?.cancelTimer();
    return question;
  }

  function leave(question: Question): void {
    const place = waiting.indexOf(question);
    if (place !== -1) waiting.splice(place, 1);
  }

  function endWaiting(question: Question, failure: PamFailure): void {
    leave(question);
    question.cancelTimer();
    question.reject(new PamClientError(failure, { mayHaveArrived: false }));
  }

  function interrupt(failure: PamFailure): void {
    send = undefined;
    const mayHaveArrived = failure.kind !== "rejected";
    takeOut()?.reject(new PamClientError(failure, { mayHaveArrived }));
  }

  return {
    async ask(frame, signal) {
      signal?.throwIfAborted();
      if (waiting.length >= policy.maxQueued) {
        const failure = { kind: "queue-full", limit: policy.maxQueued } as const;
        throw new PamClientError(failure, { mayHaveArrived: false });
      }
      const { promise, resolve, reject } = Promise.withResolvers<Pam2ChatResponse>();
      const question: Question = { frame, resolve, reject, cancelTimer: () => {} };
      question.cancelTimer = scheduler.after(policy.queueMs, () => {
        endWaiting(question, { kind: "timed-out", limitMs: policy.queueMs });
      });
      const abort = (): void => {
        reject(signal?.reason);
        if (out === question) return;
        question.cancelTimer();
        leave(question);
      };
      signal?.addEventListener("abort", abort, { once: true });
      waiting.push(question);
      next();
      try {
        return await promise;
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    },
    open(sender) {
      send = sender;
      next();
    },
    interrupt,
    answer(response) {
      takeOut()?.resolve(response);
      next();
    },
    refuse(failure) {
      const question = takeOut();
      question?.reject(new PamClientError(failure, { mayHaveArrived: false }));
      next();
      return question !== undefined;
    },
    failAll(failure) {
      interrupt(failure);
      for (const question of waiting.splice(0)) endWaiting(question, failure);
    },
  };
}
