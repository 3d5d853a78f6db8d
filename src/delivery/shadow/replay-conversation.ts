import {
  readFrameType,
  toTurns,
  type Transcript,
  type TranscriptClose,
  type TranscriptFrame,
} from "#delivery/compare/index.ts";
import type { ShadowLimits } from "#delivery/shadow/limits.ts";
import type { ConversationListener, NativeConversation } from "#delivery/shadow/ports.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

export interface ReplayOptions {
  readonly open: (listener: ConversationListener) => Promise<NativeConversation>;
  /** Types that are sent by the clock; a turn is not over for one of them. */
  readonly pushes: ReadonlySet<string>;
  readonly limits: Pick<
    ShadowLimits,
    "maxFrames" | "maxTranscriptBytes" | "turnMs" | "quietMs" | "settleMs"
  >;
  readonly scheduler: Scheduler;
  readonly signal: AbortSignal;
}

/** What native says, kept within bounds, and who waits for it. */
function createEar({ limits, scheduler, signal, pushes }: ReplayOptions) {
  const frames: TranscriptFrame[] = [];
  let close: TranscriptClose | undefined;
  let [bytes, answers] = [0, 0];
  let wake: (() => void) | undefined;

  function keep(from: TranscriptFrame["from"], data: string | Buffer): void {
    bytes += data.length;
    if (frames.length < limits.maxFrames * 2 && bytes <= limits.maxTranscriptBytes * 2) {
      frames.push({ from, data });
    }
  }

  return {
    frames,
    get close() {
      return close;
    },
    get answers() {
      return answers;
    },
    said(data: string | Buffer): void {
      keep("client", data);
    },
    end(ending: TranscriptClose): void {
      close ??= ending;
      wake?.();
    },
    listener: {
      frame(data) {
        keep("server", data);
        if (!pushes.has(readFrameType(data))) answers += 1;
        wake?.();
      },
      closed(code) {
        close ??= { code, by: "server" };
        wake?.();
      },
    } satisfies ConversationListener,
    /** Resolves when `isEnough` says so, when native has closed, or after `maxMs`. Rejects when nobody waits any more. */
    async until(isEnough: () => boolean, maxMs: number): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = (): void => {
        reject(signal.reason);
      };
      const cancel = scheduler.after(maxMs, resolve);
      wake = () => {
        if (isEnough() || close !== undefined) resolve();
      };
      signal.addEventListener("abort", abort, { once: true });
      if (signal.aborted) abort();
      wake();
      try {
        await promise;
      } finally {
        cancel();
        wake = undefined;
        signal.removeEventListener("abort", abort);
      }
    },
  };
}

const NORMAL_CLOSURE = 1000;
const never = (): boolean => false;

/** Waits until there are `target` answers, or until no more seem to come, and a little longer for what is too many. */
async function hearOut(
  ear: ReturnType<typeof createEar>,
  target: number,
  { heard, limits }: Pick<ReplayOptions, "limits"> & { readonly heard: number },
): Promise<void> {
  let last = heard;
  let patienceMs = limits.turnMs;
  while (ear.answers < target && ear.close === undefined) {
    const before = last;
    // oxlint-disable-next-line no-await-in-loop -- one answer after the other
    await ear.until(() => ear.answers > before, patienceMs);
    if (ear.answers === last) break;
    last = ear.answers;
    // Native has begun to answer; what legacy said beside that it may not say at all.
    patienceMs = limits.quietMs;
  }
  await ear.until(never, limits.settleMs);
}

/**
 * Says to native what the client said to legacy: each turn when native has answered the one before as often as legacy
 * did, or has had its time for it. Rejects where native cannot be opened, and when `signal` aborts.
 */
export async function replayConversation(
  legacy: Transcript,
  options: ReplayOptions,
): Promise<Transcript> {
  const { open, pushes, limits } = options;
  const ear = createEar(options);
  const native = await open(ear.listener);
  let heard = 0;
  try {
    for (const { sent, received } of toTurns(legacy)) {
      if (ear.close !== undefined) break;
      const due = received.filter((data) => !pushes.has(readFrameType(data))).length;
      for (const data of sent) ear.said(data);
      for (const data of sent) native.send(data);
      // oxlint-disable-next-line no-await-in-loop -- one turn after the other
      await hearOut(ear, heard + due, { heard, ...options });
      // What comes too late for its turn counts for none.
      heard = ear.answers;
    }
    if (legacy.close?.by === "server") await ear.until(never, limits.turnMs);
    else ear.end({ code: NORMAL_CLOSURE, by: "client" });
    return { frames: ear.frames, close: ear.close };
  } finally {
    native.close(NORMAL_CLOSURE);
  }
}
