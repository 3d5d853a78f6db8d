import { describe, expect, test } from "vitest";

import {
  createBreakers,
  createModelRunner,
  createTurnBudget,
  ModelCallError,
  type AttemptRecord,
  type Breakers,
  type ModelCall,
  type ModelProvider,
  type ModelRunner,
} from "#pam/providers/index.ts";
import { ProviderError } from "#pam/providers/provider-error.ts";
import type { ProviderEvent } from "#pam/providers/provider.ts";
import type { FailureKind } from "#pam/retry-policy.ts";
import { createManualTime, type ManualTime } from "#support/manual-scheduler.ts";

type Step = ProviderEvent | Error | "wait";

const TEXT: ProviderEvent = { kind: "text-delta", text: "Hello" };
const USAGE: ProviderEvent = { kind: "usage", usage: { inputTokens: 3, outputTokens: 5 } };
const END: ProviderEvent = { kind: "end", reason: "answered" };
const PROGRESS: ProviderEvent = { kind: "progress", characters: 4 };
const failure = (kind: FailureKind): ProviderError => new ProviderError({ kind }, `It is ${kind}`);

/** Plays one script a request; the last one is for all that follow. `wait` lasts until the signal aborts. */
function createScripted(
  name: string,
  ...scripts: readonly (readonly Step[])[]
): ModelProvider & {
  readonly signals: AbortSignal[];
} {
  const signals: AbortSignal[] = [];
  async function* play(signal: AbortSignal): AsyncGenerator<ProviderEvent> {
    const script = scripts[Math.min(signals.length, scripts.length - 1)] ?? [];
    signals.push(signal);
    for (const step of script) {
      if (step instanceof Error) throw step;
      if (step !== "wait") yield step;
      // oxlint-disable-next-line no-await-in-loop -- waits here for ever
      else await new Promise((_resolve, reject) => signal.addEventListener("abort", reject));
    }
  }
  return {
    name,
    signals,
    stream: (_request, { signal }) => play(signal),
    async complete(_request, { signal }) {
      const events = await Array.fromAsync(play(signal));
      const text = events.map((event) => (event.kind === "text-delta" ? event.text : "")).join("");
      return { text, toolCalls: [], usage: undefined, reason: "answered" };
    },
  };
}

interface SetUp {
  readonly runner: ModelRunner;
  readonly breakers: Breakers;
  readonly time: ManualTime;
  readonly records: AttemptRecord[];
  readonly call: (more?: Partial<ModelCall>) => ModelCall;
}

function setUp(...providers: readonly ModelProvider[]): SetUp {
  const time = createManualTime();
  const { clock, scheduler } = time;
  const breakers = createBreakers({ clock });
  const records: AttemptRecord[] = [];
  const runner = createModelRunner({
    providers: new Map(providers.map((provider) => [provider.name, provider])),
    breakers,
    clock,
    scheduler,
    wait: async (delayMs) => {
      time.advance(delayMs);
    },
    random: () => 0.5,
    onAttempt: (record) => records.push(record),
  });
  return {
    runner,
    breakers,
    time,
    records,
    call: (more = {}) => ({
      request: { system: [], messages: [], tools: [], maxOutputTokens: 1 },
      chain: providers.map(({ name }) => ({ provider: name, model: "m" })),
      budget: createTurnBudget({ clock }),
      signal: new AbortController().signal,
      ...more,
    }),
  };
}

const outcomes = (records: readonly AttemptRecord[]): string[] =>
  records.map(({ provider, outcome }) => `${provider} ${outcome}`);

const reasonOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

async function times(count: number, run: () => Promise<unknown>): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  for (let done = 0; done < count; done += 1) await run();
}

async function callErrorOf(promise: Promise<unknown>): Promise<ModelCallError> {
  const reason = await reasonOf(promise);
  if (!(reason instanceof ModelCallError)) throw reason;
  return reason;
}

describe("what comes back", () => {
  test("a stream ends with who served it, and what was tried before", async () => {
    const first = createScripted("first", [failure("overloaded")]);
    const second = createScripted("second", [TEXT, USAGE, END]);
    const { runner, call } = setUp(first, second);
    const events = await Array.fromAsync(runner.stream(call()));
    expect(events.slice(0, 2)).toEqual([TEXT, USAGE]);
    const record = { model: "m", status: undefined, phase: undefined, durationMs: 0 };
    expect(events[2]).toEqual({
      ...END,
      served: { provider: "second", model: "m" },
      attempts: [
        { ...record, provider: "first", outcome: "overloaded", usage: undefined },
        { ...record, provider: "first", outcome: "overloaded", durationMs: 0, usage: undefined },
        {
          ...record,
          provider: "second",
          outcome: "ok",
          usage: { inputTokens: 3, outputTokens: 5 },
        },
      ],
    });
  });

  test("signs of life are not handed out, and so do not rule out another attempt", async () => {
    const provider = createScripted("only", [PROGRESS, failure("network")], [PROGRESS, TEXT, END]);
    const { runner, call, records } = setUp(provider);
    const events = await Array.fromAsync(runner.stream(call()));
    expect(events.map(({ kind }) => kind)).toEqual(["text-delta", "end"]);
    expect(outcomes(records)).toEqual(["only network", "only ok"]);
  });

  test("a whole answer that broke in its middle is asked for again", async () => {
    const { runner, call } = setUp(
      createScripted("only", [TEXT, failure("network")], [TEXT, TEXT, END]),
    );
    expect(await runner.complete(call())).toMatchObject({ text: "HelloHello" });
  });

  test("after the first event a failure is told, with what there was before", async () => {
    const { runner, call } = setUp(
      createScripted("only", [TEXT, failure("overloaded")]),
      createScripted("other", [TEXT, END]),
    );
    const stream = runner.stream(call());
    expect(await stream.next()).toMatchObject({ value: TEXT });
    const error = await callErrorOf(stream.next());
    expect(error).toMatchObject({ failure: { kind: "overloaded" }, isPartial: true });
    expect(error.message).toBe("No model answered: overloaded, tried: only overloaded");
  });

  test("a stream without an end is malformed", async () => {
    const { runner, call } = setUp(createScripted("only", [TEXT]));
    const error = await callErrorOf(Array.fromAsync(runner.stream(call())));
    expect(error.failure.kind).toBe("malformed-answer");
  });
});

describe("the budget of a turn", () => {
  test("is shared by its calls: six attempts, whoever makes them", async () => {
    const { runner, call, records } = setUp(
      createScripted("first", [failure("network")]),
      createScripted("second", [failure("network")]),
    );
    const { budget } = call();
    await reasonOf(runner.complete(call({ budget })));
    await reasonOf(runner.complete(call({ budget })));
    expect(budget.attemptsLeft).toBe(0);
    const error = await callErrorOf(runner.complete(call({ budget })));
    expect(error.failure.kind).toBe("budget-spent");
    expect(records).toHaveLength(6);
  });

  test("once spent, nobody is asked any more", async () => {
    const provider = createScripted("only", [TEXT, END]);
    const { runner, call, time } = setUp(provider);
    const budget = createTurnBudget({ clock: time.clock, attempts: 1 });
    await runner.complete(call({ budget }));
    const error = await callErrorOf(runner.complete(call({ budget })));
    expect(error.failure.kind).toBe("budget-spent");
    expect(error.message).toBe("No model answered: budget-spent, tried: nothing");
    expect(provider.signals).toHaveLength(1);
  });

  test("an attempt is not begun with less than three seconds left", async () => {
    const { runner, call, time } = setUp(createScripted("only", [TEXT, END]));
    const budget = createTurnBudget({ clock: time.clock });
    time.advance(24_000);
    await runner.complete(call({ budget }));
    time.advance(1);
    const error = await callErrorOf(runner.complete(call({ budget })));
    expect(error.failure.kind).toBe("budget-spent");
  });

  test("the last attempt gets no more time than the turn has", async () => {
    const { runner, call, time, records } = setUp(createScripted("only", ["wait"]));
    const budget = createTurnBudget({ clock: time.clock });
    time.advance(22_000);
    const error = callErrorOf(runner.complete(call({ budget })));
    time.advance(5_000);
    expect((await error).failure.kind).toBe("timeout");
    expect(records).toMatchObject([{ durationMs: 5_000, phase: "total" }]);
  });
});

describe("the breaker", () => {
  test("is shared by calls: once open, its model is passed over without an attempt", async () => {
    const first = createScripted("first", [failure("server-error")]);
    const { runner, call, records, breakers } = setUp(first, createScripted("second", [TEXT, END]));
    await times(3, async () => runner.complete(call()));
    expect(breakers.states()[0]).toMatchObject({ provider: "first", state: "open" });
    expect(first.signals).toHaveLength(5);
    records.length = 0;
    const { budget } = call();
    await runner.complete(call({ budget }));
    expect(outcomes(records)).toEqual(["first breaker-open", "second ok"]);
    expect(budget.attemptsLeft).toBe(5);
  });

  test("that opens in the middle of a call sends it to the next provider", async () => {
    const first = createScripted("first", [failure("server-error")]);
    const { runner, call, records, breakers } = setUp(first, createScripted("second", [TEXT, END]));
    for (let count = 0; count < 4; count += 1) {
      breakers.of({ provider: "first", model: "m" }).acquire()?.fail();
    }
    await runner.complete(call());
    expect(outcomes(records)).toEqual(["first server-error", "first breaker-open", "second ok"]);
  });

  test("where all are open, the call fails at once", async () => {
    const { runner, call, breakers } = setUp(createScripted("only", [TEXT, END]));
    const breaker = breakers.of({ provider: "only", model: "m" });
    for (let count = 0; count < 5; count += 1) breaker.acquire()?.fail();
    const error = await callErrorOf(runner.complete(call()));
    expect(error).toMatchObject({ failure: { kind: "breaker-open" }, isPartial: false });
  });

  test("lets one call probe after its time, and the others pass it over meanwhile", async () => {
    const first = createScripted("first", [TEXT, "wait"]);
    const second = createScripted("second", [TEXT, END]);
    const { runner, call, breakers, time, records } = setUp(first, second);
    const breaker = breakers.of({ provider: "first", model: "m" });
    for (let count = 0; count < 5; count += 1) breaker.acquire()?.fail();
    time.advance(30_000);
    const probing = runner.stream(call());
    await probing.next();
    await runner.complete(call());
    expect(outcomes(records)).toEqual(["first breaker-open", "second ok"]);
    await probing.return();
    expect(breaker.state).toBe("half-open");
  });

  test("does not count what lies in the request", async () => {
    const { runner, call, breakers } = setUp(createScripted("only", [failure("bad-request")]));
    await times(9, async () => reasonOf(runner.complete(call())));
    expect(breakers.states()).toEqual([{ provider: "only", model: "m", state: "closed" }]);
  });

  test("counts a rate limit half", async () => {
    const { runner, call, breakers } = setUp(createScripted("only", [failure("rate-limited")]));
    await times(4, async () => reasonOf(runner.complete(call())));
    expect(breakers.states()[0]?.state).toBe("closed");
    await reasonOf(runner.complete(call()));
    expect(breakers.states()[0]?.state).toBe("open");
  });
});

describe("an end from outside", () => {
  test("a call ends with its signal's own reason, at whatever it was", async () => {
    const provider = createScripted("only", ["wait"]);
    const { runner, call, records, breakers } = setUp(provider);
    const controller = new AbortController();
    const reason = reasonOf(runner.complete(call({ signal: controller.signal })));
    const gone = new Error("the user went away");
    controller.abort(gone);
    expect(await reason).toBe(gone);
    expect(provider.signals[0]?.aborted).toBe(true);
    expect(outcomes(records)).toEqual(["only cancelled"]);
    expect(breakers.states()[0]?.state).toBe("closed");
  });

  test("an aborted call does not begin", async () => {
    const provider = createScripted("only", [TEXT, END]);
    const { runner, call } = setUp(provider);
    const gone = new Error("the user went away");
    expect(await reasonOf(runner.complete(call({ signal: AbortSignal.abort(gone) })))).toBe(gone);
    expect(provider.signals).toEqual([]);
  });

  test("a consumer that stops ends the request", async () => {
    const provider = createScripted("only", [TEXT, "wait"]);
    const { runner, call, records } = setUp(provider);
    for await (const event of runner.stream(call())) {
      expect(event).toEqual(TEXT);
      break;
    }
    expect(provider.signals[0]?.aborted).toBe(true);
    expect(outcomes(records)).toEqual(["only cancelled"]);
  });
});

describe("a defect", () => {
  test("is thrown as it is, tried once, and not held against the provider", async () => {
    const defect = new TypeError("undefined is not a function");
    const { runner, call, records, breakers } = setUp(
      createScripted("only", [defect]),
      createScripted("other", [TEXT, END]),
    );
    expect(await reasonOf(runner.complete(call()))).toBe(defect);
    expect(outcomes(records)).toEqual(["only defect"]);
    expect(breakers.states()[0]?.state).toBe("closed");
  });

  test("a chain that names nobody, or somebody unknown, is one", async () => {
    const { runner, call } = setUp(createScripted("only", [TEXT, END]));
    await expect(runner.complete(call({ chain: [] }))).rejects.toThrow(TypeError);
    const chain = [{ provider: "nobody", model: "m" }];
    await expect(runner.complete(call({ chain }))).rejects.toThrow(TypeError);
  });
});
