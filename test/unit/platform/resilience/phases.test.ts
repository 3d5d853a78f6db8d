import { describe, expect, test } from "vitest";

import { PhaseTimeout, withPhases, type PhaseLimits } from "#platform/resilience/phases.ts";
import { createManualTime, type ManualTime } from "#support/manual-scheduler.ts";

const LIMITS: PhaseLimits = { firstMs: 8_000, betweenMs: 5_000, totalMs: 60_000 };
const never = async (): Promise<never> => Promise.withResolvers<never>().promise;

interface Source {
  readonly open: (signal: AbortSignal) => AsyncIterable<string>;
  readonly signals: AbortSignal[];
}

/** Gives the items, then nothing any more; it does not listen to its signal. */
function deaf(...items: string[]): Source {
  const signals: AbortSignal[] = [];
  return {
    signals,
    async *open(signal) {
      signals.push(signal);
      yield* items;
      await never();
    },
  };
}

function run(
  { open }: Pick<Source, "open">,
  time: ManualTime,
  options: { readonly limits?: PhaseLimits; readonly signal?: AbortSignal } = {},
): AsyncGenerator<string, void, void> {
  const { limits = LIMITS, signal = new AbortController().signal } = options;
  return withPhases(open, { limits, scheduler: time.scheduler, signal });
}

/** What a promise rejects with. */
const reasonOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe("time", () => {
  test("a source that never begins is cut off after the first phase", async () => {
    const time = createManualTime();
    const source = deaf();
    const reason = reasonOf(run(source, time).next());
    time.advance(8_000);
    expect(await reason).toMatchObject({ name: "PhaseTimeout", phase: "first", limitMs: 8_000 });
    expect(source.signals[0]?.aborted).toBe(true);
  });

  test("a source that falls silent is cut off after the phase between", async () => {
    const time = createManualTime();
    const items = run(deaf("one"), time);
    expect(await items.next()).toEqual({ done: false, value: "one" });
    const reason = reasonOf(items.next());
    time.advance(5_000);
    expect(await reason).toMatchObject({ phase: "between", limitMs: 5_000 });
  });

  test("the phase between is counted only while somebody waits", async () => {
    const time = createManualTime();
    const items = run(deaf("one", "two"), time);
    await items.next();
    time.advance(30_000);
    expect(await items.next()).toEqual({ done: false, value: "two" });
  });

  test("the whole is bounded, a slow consumer's time included", async () => {
    const time = createManualTime();
    const items = run(deaf("one", "two"), time);
    await items.next();
    time.advance(60_000);
    expect(await reasonOf(items.next())).toMatchObject({ phase: "total" });
  });

  test("a phase without a bound is not timed", async () => {
    const time = createManualTime();
    const reason = reasonOf(run(deaf(), time, { limits: { totalMs: 12_000 } }).next());
    time.advance(11_999);
    time.advance(1);
    expect(await reason).toBeInstanceOf(PhaseTimeout);
    expect(await reason).toMatchObject({ phase: "total", limitMs: 12_000 });
  });
});

describe("the end", () => {
  test("items pass in order, and no timer is left when they are over", async () => {
    const time = createManualTime();
    const source = {
      async *open() {
        yield* ["one", "two"];
      },
    };
    expect(await Array.fromAsync(run(source, time))).toEqual(["one", "two"]);
    expect(time.pendingTimers).toBe(0);
  });

  test("what the source throws is thrown on unchanged", async () => {
    const fault = new Error("fault");
    const source = {
      // oxlint-disable-next-line require-yield -- it fails before its first item
      async *open(): AsyncGenerator<string> {
        throw fault;
      },
    };
    expect(await reasonOf(run(source, createManualTime()).next())).toBe(fault);
  });

  test("a consumer that stops aborts the source", async () => {
    const source = deaf("one", "two");
    for await (const item of run(source, createManualTime())) {
      expect(item).toBe("one");
      break;
    }
    expect(source.signals[0]?.aborted).toBe(true);
  });

  test("the caller's signal ends it with its own reason", async () => {
    const controller = new AbortController();
    const gone = new Error("the user went away");
    const reason = reasonOf(run(deaf(), createManualTime(), controller).next());
    controller.abort(gone);
    expect(await reason).toBe(gone);
  });

  test("a source that ends quietly when it is aborted has not ended well", async () => {
    const controller = new AbortController();
    const gone = new Error("the user went away");
    const source = {
      async *open(signal: AbortSignal) {
        yield "one";
        const { promise, resolve } = Promise.withResolvers<void>();
        signal.addEventListener("abort", () => resolve());
        await promise;
      },
    };
    const items = run(source, createManualTime(), controller);
    await items.next();
    const reason = reasonOf(items.next());
    controller.abort(gone);
    expect(await reason).toBe(gone);
  });

  test("a source that cannot be opened leaves no timer behind", async () => {
    const time = createManualTime();
    const fault = new Error("fault");
    const source = {
      open(): never {
        throw fault;
      },
    };
    expect(await reasonOf(run(source, time).next())).toBe(fault);
    expect(time.pendingTimers).toBe(0);
  });

  test("nothing is opened under an aborted signal", async () => {
    const signal = AbortSignal.abort(new Error("too late"));
    const source = { open: () => expect.unreachable() };
    await expect(run(source, createManualTime(), { signal }).next()).rejects.toThrow("too late");
  });
});
