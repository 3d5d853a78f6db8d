import { describe, expect, test } from "vitest";

import { createSecondStage, type AskModel, type SecondStage } from "#pam/safety/second-stage.ts";
import { createManualClock, type ManualClock } from "#support/manual-clock.ts";

interface Fixture {
  readonly stage: SecondStage;
  readonly clock: ManualClock;
  readonly calls: () => number;
  answer(next: AskModel): void;
}

function createFixture(first: AskModel, timeoutMs = 60_000): Fixture {
  const clock = createManualClock();
  let ask = first;
  let calls = 0;
  const stage = createSecondStage({
    async ask(text, signal) {
      calls += 1;
      return ask(text, signal);
    },
    clock,
    timeoutMs,
  });
  return {
    stage,
    clock,
    calls: () => calls,
    answer(next) {
      ask = next;
    },
  };
}

const { signal } = new AbortController();
const fails: AskModel = async () => {
  throw new Error("down");
};
const passes: AskModel = async () => ({ is_malicious: false });
const FALLBACK = {
  isMalicious: false,
  confidence: 0.7,
  reason: "LLM validation error - passed regex check",
  detectionMethod: "llm_error_fallback",
};

describe("an answer", () => {
  test.each([
    { is_malicious: true, confidence: 0.2, reason: "odd" },
    '{"is_malicious": true, "confidence": 0.2, "reason": "odd"}',
    '```json\n{"is_malicious": true, "confidence": 0.2, "reason": "odd"}\n```',
    '```\n{"is_malicious": true, "confidence": 0.2, "reason": "odd"}```',
  ])("as %j decides by its boolean alone", async (answer) => {
    const { stage } = createFixture(async () => answer);
    expect(await stage.judge("x", signal)).toEqual({
      isMalicious: true,
      confidence: 0.2,
      reason: "odd",
      detectionMethod: "llm",
      check: "second-stage",
      event: "PROMPT_INJECTION",
    });
  });

  test("without its fields is clean, half sure", async () => {
    const { stage } = createFixture(async () => "{}");
    expect(await stage.judge("x", signal)).toEqual({
      isMalicious: false,
      confidence: 0.5,
      reason: "LLM analysis complete",
      detectionMethod: "llm",
    });
  });

  test.each(["no JSON", "", "```", [], null, { is_malicious: "yes" }])(
    "that cannot be read lets the text pass: %j",
    async (answer) => {
      const { stage } = createFixture(async () => answer);
      expect(await stage.judge("x", signal)).toEqual(FALLBACK);
    },
  );
});

describe("a model", () => {
  test("that fails lets the text pass", async () => {
    const { stage } = createFixture(fails);
    expect(await stage.judge("x", signal)).toEqual(FALLBACK);
  });

  test("that never answers, and does not listen, is given up after the time-out", async () => {
    let given: AbortSignal | undefined;
    const { stage } = createFixture(async (_text, modelSignal) => {
      given = modelSignal;
      return new Promise(() => {});
    }, 5);
    expect(await stage.judge("x", signal)).toEqual(FALLBACK);
    expect(given?.aborted).toBe(true);
  });
});

test("a caller who goes away gets their own reason back, and it is no failure of the model", async () => {
  const fixture = createFixture(async () => new Promise(() => {}));
  for (let turn = 0; turn < 3; turn += 1) {
    const caller = new AbortController();
    const judged = fixture.stage.judge("x", caller.signal);
    caller.abort(new Error("gone"));
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await expect(judged).rejects.toThrow("gone");
  }
  await expect(fixture.stage.judge("x", AbortSignal.abort(new Error("left")))).rejects.toThrow(
    "left",
  );
  fixture.answer(passes);
  expect(await fixture.stage.judge("x", signal)).toMatchObject({ detectionMethod: "llm" });
});

async function judge({ stage }: Fixture, times = 1): Promise<string[]> {
  const methods: string[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    methods.push((await stage.judge("x", signal)).detectionMethod);
  }
  return methods;
}

describe("the breaker", () => {
  test("opens at the third failure in a row, and asks nobody for a minute", async () => {
    const fixture = createFixture(fails);
    expect(await judge(fixture, 4)).toEqual([
      "llm_error_fallback",
      "llm_error_fallback",
      "llm_error_fallback",
      "circuit_open",
    ]);
    fixture.clock.advance(59_999);
    expect(await judge(fixture)).toEqual(["circuit_open"]);
    expect(fixture.calls()).toBe(3);
  });

  test("opens again at one failure after the minute", async () => {
    const fixture = createFixture(fails);
    await judge(fixture, 3);
    fixture.clock.advance(60_000);
    expect(await judge(fixture, 2)).toEqual(["llm_error_fallback", "circuit_open"]);
  });

  test("starts over at a success", async () => {
    const fixture = createFixture(fails);
    await judge(fixture, 3);
    fixture.clock.advance(60_000);
    fixture.answer(passes);
    expect(await judge(fixture)).toEqual(["llm"]);
    fixture.answer(fails);
    expect(await judge(fixture, 3)).toEqual([
      "llm_error_fallback",
      "llm_error_fallback",
      "llm_error_fallback",
    ]);
  });
});
