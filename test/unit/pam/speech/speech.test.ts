import { describe, expect, test } from "vitest";

import {
  createSpeech,
  resolveVoice,
  type Speech,
  SpeechError,
  type Utterance,
} from "#pam/speech/index.ts";
import { createFakeEngine, type FakeEngine, toFakeSound } from "#support/fake-engine.ts";
import { createManualClock, type ManualClock } from "#support/manual-clock.ts";

const VOICE = resolveVoice("pam_default");
const NEVER = new AbortController().signal;

interface Chain {
  readonly first: FakeEngine;
  readonly second: FakeEngine;
  readonly speech: Speech;
  readonly clock: ManualClock;
  readonly speak: (
    text?: string,
    more?: { readonly maxCost?: "free" | "paid"; readonly signal?: AbortSignal },
  ) => Promise<Utterance>;
}

function createChain(maxAtOnce?: number): Chain {
  const clock = createManualClock();
  const first = createFakeEngine("openai", { cost: "paid" });
  const second = createFakeEngine("system", { quality: "low", isLocal: true });
  const speech = createSpeech({
    engines: [first, second],
    clock,
    ...(maxAtOnce !== undefined && { maxAtOnce }),
  });
  return {
    first,
    second,
    speech,
    clock,
    speak: async (text = "Hello", more = {}) =>
      speech.speak({ text, voice: VOICE, signal: NEVER, ...more }),
  };
}

const failing = (words: string) => async (): Promise<Buffer> =>
  Promise.reject(new SpeechError(words));

describe("the chain of engines", () => {
  test("the first that speaks is heard, and the others are not asked", async () => {
    const { speak, second } = createChain();
    expect(await speak()).toEqual({
      kind: "sound",
      isCached: false,
      sound: { bytes: toFakeSound("openai"), mediaType: "audio/mpeg" },
      engine: "openai",
      quality: "high",
      voiceId: "openai:pam_default",
      isFallback: false,
    });
    expect(second.texts).toEqual([]);
  });

  test("the next one speaks where one fails, and is called a fallback", async () => {
    const { speak, first } = createChain();
    first.behave(failing("no luck"));
    expect(await speak()).toMatchObject({ engine: "system", quality: "low", isFallback: true });
  });

  test("where all fail the last one's words are the reason", async () => {
    const { speak, first, second } = createChain();
    first.behave(failing("first words"));
    second.behave(failing("last words"));
    expect(await speak()).toEqual({
      kind: "silence",
      error: "All TTS engines failed. Last error: last words",
    });
  });

  test("a defect is not told to whoever asked", async () => {
    const { speak, first, second } = createChain();
    first.behave(failing("gone"));
    second.behave(async () => Promise.reject(new Error("/root/.secret")));
    expect(await speak()).toEqual({
      kind: "silence",
      error: 'All TTS engines failed. Last error: The engine "system" failed',
    });
  });

  test("an engine that is not installed is passed over", async () => {
    const absent = createFakeEngine("system", { isAvailable: async () => Promise.resolve(false) });
    const speech = createSpeech({ engines: [absent], clock: createManualClock() });
    expect(await speech.speak({ text: "Hello", voice: VOICE, signal: NEVER })).toEqual({
      kind: "silence",
      error: 'All TTS engines failed. Last error: The engine "system" is not installed',
    });
    expect(absent.texts).toEqual([]);
  });

  test("an engine that takes too long is stopped, and the next one speaks", async () => {
    const slow = createFakeEngine("edge", { timeoutMs: 5 });
    const { promise: stopped, resolve } = Promise.withResolvers<unknown>();
    slow.behave(async (_text, signal) => {
      const { promise, reject } = Promise.withResolvers<Buffer>();
      signal.addEventListener("abort", () => {
        resolve(signal.reason);
        reject(signal.reason);
      });
      return promise;
    });
    const next = createFakeEngine("system");
    const speech = createSpeech({ engines: [slow, next], clock: createManualClock() });
    const utterance = await speech.speak({ text: "Hello", voice: VOICE, signal: NEVER });
    expect(utterance).toMatchObject({ engine: "system", isFallback: true });
    expect(await stopped).toMatchObject({ name: "TimeoutError" });
  });

  test("where it must cost nothing, an engine that costs is not asked", async () => {
    const { speak, first } = createChain();
    expect(await speak("Hello", { maxCost: "free" })).toMatchObject({
      engine: "system",
      isFallback: false,
    });
    expect(first.texts).toEqual([]);
  });

  test("a caller who leaves ends it with their own reason, and no engine is blamed", async () => {
    const { speak, first, second, speech } = createChain();
    const caller = new AbortController();
    first.behave(async (_text, signal) => {
      caller.abort(new Error("left"));
      signal.throwIfAborted();
      return toFakeSound("");
    });
    await expect(speak("Hello", { signal: caller.signal })).rejects.toThrow("left");
    expect(second.texts).toEqual([]);
    expect((await speech.report()).figures.recentFailures).toEqual([]);
  });
});

describe("an engine that keeps failing", () => {
  test("is left alone for a while, and tried again after it", async () => {
    const { speak, first, speech, clock } = createChain();
    first.behave(failing("down"));
    for (const text of ["1", "2", "3", "4"]) {
      // oxlint-disable-next-line no-await-in-loop -- failures count one after the other
      expect((await speak(text)).kind).toBe("sound");
    }
    expect(first.texts).toEqual(["1", "2", "3"]);
    expect((await speech.report()).engines[0]).toMatchObject({ name: "openai", isReady: false });

    first.behave(async () => Promise.resolve(toFakeSound("back")));
    clock.advance(30_000);
    expect(await speak("5")).toMatchObject({ engine: "openai" });
    expect((await speech.report()).engines[0]).toMatchObject({ isReady: true });
  });
});

test("a caller who leaves during the one trial of an engine leaves the trial to the next", async () => {
  const { speak, first, clock } = createChain();
  first.behave(failing("down"));
  await speak("1");
  await speak("2");
  await speak("3");
  clock.advance(30_000);
  const caller = new AbortController();
  first.behave(async () => {
    caller.abort(new Error("left"));
    return Promise.reject(caller.signal.reason);
  });
  await expect(speak("4", { signal: caller.signal })).rejects.toThrow("left");
  first.behave(async () => Promise.resolve(toFakeSound("back")));
  expect(await speak("5")).toMatchObject({ engine: "openai" });
});

describe("what engines are given", () => {
  test.each([
    ["control characters", "one\u0001two\u0000three", "one two three"],
    ["halves of characters", "a\ud800b", "a\ufffdb"],
    ["blanks around it", "  Hello \n", "Hello"],
  ])("is without %s", async (_, text, spoken) => {
    const { speak, first } = createChain();
    await speak(text);
    expect(first.texts).toEqual([spoken]);
  });

  test.each(["", "   ", "\u0000\u0007"])("is never nothing: %j is silence", async (text) => {
    const { speak, first } = createChain();
    expect(await speak(text)).toEqual({ kind: "silence", error: "Unknown TTS failure" });
    expect(first.texts).toEqual([]);
  });
});

describe("what was spoken before", () => {
  test("comes from memory", async () => {
    const { speak, first } = createChain();
    const anew = await speak();
    expect(await speak()).toEqual({ ...anew, isCached: true });
    expect(first.texts).toEqual(["Hello"]);
  });

  test("is kept for a minute only where a better engine may be back", async () => {
    const { speak, first, clock } = createChain();
    first.behave(failing("down"));
    await speak();
    first.behave(async () => Promise.resolve(toFakeSound("back")));
    clock.advance(59_999);
    expect(await speak()).toMatchObject({ isCached: true, engine: "system" });
    clock.advance(1);
    expect(await speak()).toMatchObject({ isCached: false, engine: "openai" });
  });

  test("is not silence", async () => {
    const { speak, first, second } = createChain();
    first.behave(failing("down"));
    second.behave(failing("down"));
    await speak();
    second.behave(async () => Promise.resolve(toFakeSound("up")));
    expect(await speak()).toMatchObject({ kind: "sound", isCached: false });
  });
});

test("only so many texts are spoken at the same time", async () => {
  const { speak, first } = createChain(1);
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  first.behave(async () => promise);
  const slow = speak("slow");
  expect(await speak("more")).toEqual({
    kind: "silence",
    error: "Too many texts are spoken at the moment",
  });
  resolve(toFakeSound("done"));
  expect((await slow).kind).toBe("sound");
  expect((await speak("after")).kind).toBe("sound");
});

test("its report tells what was asked, what was spoken by whom, and what failed within the hour", async () => {
  const { speak, first, speech, clock } = createChain();
  await speak("one");
  first.behave(failing("down"));
  await speak("two");
  await speak("two");
  const { figures, cache } = await speech.report();
  expect(figures).toMatchObject({ asked: 2, spoken: 2 });
  expect([...figures.byEngine]).toEqual([
    ["openai", 1],
    ["system", 1],
  ]);
  expect(figures.recentFailures).toEqual([
    { engine: "openai", message: "down", atMs: clock.now() },
  ]);
  expect(cache).toMatchObject({ entries: 2, hits: 1, misses: 2 });
  clock.advance(3_600_000);
  expect((await speech.report()).figures.recentFailures).toEqual([]);
});
