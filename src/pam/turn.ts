/*
 * One assistant turn: the user's message, what the model makes of it, and everything that its tools do. Here and in its
 * neighbours `turn-*.ts` PAM's rooms meet; what they do comes in as parameters, and all of it hangs on one signal.
 */
import { PROVIDER_POLICY } from "#pam/retry-policy.ts";
import { systemClock, type Clock } from "#platform/clock.ts";
import { systemScheduler, type Scheduler } from "#platform/resilience/scheduler.ts";

import {
  createTurnBudget,
  ModelCallError,
  PURPOSES,
  type EndReason,
  type ModelMessage,
  type ModelRunner,
} from "./providers/index.ts";
import type { SafetyResult } from "./safety/middleware.ts";
import type { InstanceState, PamInstanceStore, TurnLease } from "./store/index.ts";
import { boundResult, type ToolResult } from "./tools/door.ts";
import type {
  TurnEndReason,
  TurnError,
  TurnErrorReason,
  TurnEvent,
  TurnLast,
  TurnStep,
} from "./turn-event.ts";
import { createTurnQuestion, type QuestionDependencies, type TurnInput } from "./turn-question.ts";
import { type Consent, isAskedIn, NO_CONSENT, toConsent, toPending } from "./turn/consent.ts";
import { Course } from "./turn/course.ts";
import { toHistoryMessage } from "./turn/past-messages.ts";
import { redactMessage, redactResult, type Redact } from "./turn/redact.ts";
import { runRounds, type Question } from "./turn/run-rounds.ts";
import { ERROR_TEXTS } from "./turn/texts.ts";
import { createTurnSignal, type TurnSignal } from "./turn/turn-signal.ts";
import { toUiActions } from "./turn/ui-actions.ts";

export type { TurnInput } from "./turn-question.ts";

/** The store's other doings are no business of a turn. */
export type TurnStore = Pick<
  PamInstanceStore,
  "beginTurn" | "read" | "update" | "takePending" | "append"
>;

/** Who is checked, and for how long. */
export interface Asker {
  readonly userId: string;
  readonly signal: AbortSignal;
}

export interface TurnSafety {
  /** Rejects only as the signal aborts. */
  check(text: string, asker: Asker): Promise<SafetyResult>;
  /** Takes personal data out of a text that leaves the process. */
  readonly redact: Redact;
}

export interface TurnDependencies extends Pick<QuestionDependencies, "route" | "tools"> {
  readonly runner: Pick<ModelRunner, "stream">;
  readonly store: TurnStore;
  readonly safety: TurnSafety;
  /** Told of what nobody expected; the user reads no detail of it. */
  readonly onDefect?: (error: unknown) => void;
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
}

/**
 * Runs when it is iterated, and never throws: the last event is its end or its error. A consumer that stops early
 * ends it, and so does the signal, wherever it stands; the user's next turn can then begin. The history knows the
 * whole turn or nothing of it, but for a turn that broke after it had changed something: then it knows what the user
 * was told of that, or the next turn would do it again.
 */
export type Turn = (input: TurnInput) => AsyncGenerator<TurnEvent, void, void>;

const toEndReason = (reason: EndReason): TurnEndReason =>
  reason === "tool-calls" ? "answered" : reason;

const actionsOf = ({ ran }: Course): TurnLast["uiActions"] =>
  toUiActions(ran.map(({ result }) => result));

const toError = (reason: TurnErrorReason, course: Course): TurnError => ({
  kind: "turn-error",
  reason,
  text: course.changes ?? ERROR_TEXTS[reason.kind],
  uiActions: actionsOf(course),
  mayHaveChanged: course.changes !== undefined,
});

export function createTurn(dependencies: TurnDependencies): Turn {
  const { runner, route, tools, store, safety } = dependencies;
  const { clock = systemClock, scheduler = systemScheduler } = dependencies;
  const { redact } = safety;
  const prepare = createTurnQuestion({ route, tools, redact, clock });
  const rounds = {
    runner,
    scheduler,
    find: tools.find,
    purposeOf: (hasResults: boolean) => PURPOSES[hasResults ? "after-tools" : "choose-tools"],
    toContent: (result: ToolResult) => JSON.stringify(boundResult(redactResult(result, redact))),
    redactMessage: (message: ModelMessage) => redactMessage(message, redact),
  };

  /** What was asked in the last turn of this conversation is answered now or never: it is taken whatever is said. */
  async function takeConsent(
    { userId, sessionId, isUnnamed = false, message }: TurnInput,
    { pending }: InstanceState,
  ): Promise<Consent> {
    const isAnswered =
      pending !== undefined &&
      pending !== null &&
      isAskedIn(pending, isUnnamed ? undefined : sessionId);
    if (!isAnswered) return NO_CONSENT;
    const taken = await store.takePending(userId);
    return toConsent(taken, { message, nowMs: clock.now() });
  }

  /** What a broken turn has changed is in the history before the user's next turn begins. */
  async function giveBack(lease: TurnLease, message: string, course: Course): Promise<void> {
    try {
      await course.underWay;
      const { changes } = course;
      if (course.isKept || changes === undefined) return;
      course.isKept = true;
      await store.append(lease, [
        { role: "user", text: message },
        { role: "assistant", text: changes },
      ]);
    } catch (error) {
      dependencies.onDefect?.(error);
    } finally {
      await lease[Symbol.asyncDispose]();
    }
  }

  /** The rounds, and what is said in the model's place where it cannot. */
  async function* answer(
    question: Question,
    course: Course,
  ): AsyncGenerator<TurnStep, TurnEndReason, void> {
    try {
      const reason = yield* runRounds(question, course, rounds);
      if (course.answer.trim() !== "") return toEndReason(reason);
      yield* course.sayInstead("all");
      return reason === "refused" ? "refused" : "empty";
    } catch (error) {
      const isLost = question.signal.aborted || !(error instanceof ModelCallError);
      if (isLost || !course.hasWritten) throw error;
      // Of what the model said before it broke off, the client may have the beginning of a sentence.
      course.beginAnswer();
      yield* course.sayInstead("writes");
      return "unphrased";
    }
  }

  async function* converse(
    input: TurnInput,
    limit: TurnSignal,
    course: Course,
  ): AsyncGenerator<TurnStep, TurnLast, void> {
    const { userId, message } = input;
    const { signal } = limit;
    const budget = createTurnBudget({ clock });
    signal.throwIfAborted();
    const verdict = await safety.check(message, { userId, signal });
    if (verdict.isMalicious) return toError({ kind: "blocked", verdict }, course);

    const lease = await store.beginTurn(input, signal);
    let leaving: Promise<void> | undefined;
    const leave = async (): Promise<void> => (leaving ??= giveBack(lease, message, course));
    // At once, even where the consumer does not come back for the next event.
    signal.addEventListener("abort", () => void leave(), { once: true });
    try {
      limit.follow(lease.signal, "superseded");
      return yield* speak(input, { lease, signal, budget }, course);
    } finally {
      await leave();
    }
  }

  async function* speak(
    input: TurnInput,
    { lease, signal, budget }: Pick<Question, "signal" | "budget"> & { readonly lease: TurnLease },
    course: Course,
  ): AsyncGenerator<TurnStep, TurnLast, void> {
    const { userId, message } = input;
    signal.throwIfAborted();
    const instance = await store.read(userId);
    signal.throwIfAborted();

    const { asked, knowledge } = prepare(input, instance);
    const consent = await takeConsent(input, instance.state);
    signal.throwIfAborted();
    const reason = yield* answer({ ...asked, consent, budget, signal }, course);
    yield* course.sayWhatIsAsked();

    signal.throwIfAborted();
    await store.update(userId, { ...knowledge, lastActivityMs: clock.now() });
    signal.throwIfAborted();
    const said: ModelMessage = { role: "user", text: message };
    const last: ModelMessage = { role: "assistant", text: course.answer, toolCalls: [] };
    course.isKept = true;
    const kept = await store.append(lease, [said, ...course.messages, last].map(toHistoryMessage));
    if (kept === "superseded") return toError({ kind: "superseded" }, course);
    const pending = toPending(course.ran, { conversation: input.sessionId, nowMs: clock.now() });
    if (pending !== undefined) await store.update(userId, { pending });
    const { text, served, usage } = course;
    return { kind: "turn-end", reason, text, uiActions: actionsOf(course), served, usage };
  }

  function reasonOf(error: unknown, { stoppedBy }: TurnSignal): TurnErrorReason {
    if (stoppedBy !== undefined) return { kind: stoppedBy };
    if (error instanceof ModelCallError) {
      const { failure, isPartial } = error;
      return { kind: "model-failed", failure, isPartial };
    }
    dependencies.onDefect?.(error);
    return { kind: "defect", error };
  }

  /** By its return everything is given back: the last event is handed out after that. */
  async function* run(input: TurnInput): AsyncGenerator<TurnStep, TurnLast, void> {
    const limit = createTurnSignal({ scheduler, deadlineMs: PROVIDER_POLICY.turnMs });
    const course = new Course();
    try {
      if (input.signal !== undefined) limit.follow(input.signal, "cancelled");
      return yield* converse(input, limit, course);
    } catch (error) {
      return toError(reasonOf(error, limit), course);
    } finally {
      limit.release();
    }
  }

  return async function* turn(input) {
    const last = yield* run(input);
    yield last;
  };
}
