import { expect, test } from "vitest";

import { retrySequence, type NextStep } from "#platform/resilience/retry.ts";

const signal = new AbortController().signal;

/** One script a plan: the items it yields, then the error it throws, if any. */
type Script = readonly (string | Error)[];

async function* play(script: Script): AsyncGenerator<string> {
  for (const step of script) {
    if (step instanceof Error) throw step;
    yield step;
  }
}

interface Run {
  readonly items: string[];
  readonly waits: number[];
  readonly error: unknown;
}

async function run(
  scripts: readonly Script[],
  next: (error: unknown, plan: number) => NextStep<number>,
): Promise<Run> {
  const items: string[] = [];
  const waits: number[] = [];
  const sequence = retrySequence({
    first: 0,
    attempt: (plan) => play(scripts[plan] ?? []),
    next,
    broken: (error) => new Error("broken", { cause: error }),
    wait: async (delayMs) => {
      waits.push(delayMs);
    },
    signal,
  });
  let error: unknown;
  try {
    for await (const item of sequence) items.push(item);
  } catch (thrown) {
    error = thrown;
  }
  return { items, waits, error };
}

const again = (_error: unknown, plan: number): NextStep<number> => ({
  kind: "again",
  plan: plan + 1,
  delayMs: plan * 100,
});

test("an attempt that fails before its first item is followed by the next plan, after its pause", async () => {
  const fault = new Error("fault");
  const { items, waits, error } = await run([[fault], [fault], ["one", "two"]], again);
  expect(items).toEqual(["one", "two"]);
  expect(waits).toEqual([100]);
  expect(error).toBeUndefined();
});

test("nothing is tried again once an item was handed out", async () => {
  const fault = new Error("fault");
  const { items, error } = await run([["one", fault], ["two"]], () => expect.unreachable());
  expect(items).toEqual(["one"]);
  expect(error).toMatchObject({ message: "broken", cause: fault });
});

test("the caller decides what the consumer is told in the end", async () => {
  const last = new Error("that is all");
  const { items, error } = await run([[new Error("fault")]], () => ({
    kind: "give-up",
    error: last,
  }));
  expect(items).toEqual([]);
  expect(error).toBe(last);
});

test("an attempt without any item is an end", async () => {
  expect(await run([[]], again)).toEqual({ items: [], waits: [], error: undefined });
});
