import { describe, expect, test } from "vitest";

import { ttsVoice } from "#contracts/tts/voice.contract.ts";
import { createRateLimits } from "#pam/rate-limits/index.ts";
import { createSystemEngine } from "#pam/speech/engines/system-engine.ts";
import { SpeechError } from "#pam/speech/index.ts";
import { runProcess } from "#pam/speech/run-process.ts";
import { type Logger, silentLogger } from "#platform/logger.ts";
import { espeakProblem } from "#support/espeak.ts";
import { createFakeEngine, toFakeSound } from "#support/fake-engine.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { isSkipped } from "#support/services.ts";

import { startTtsSide } from "./tts-side.ts";

const A = "11111111-1111-4111-8111-111111111111";
const B = "44444444-4444-4444-8444-444444444444";

/** A logger that keeps what it is told as a failure. */
function createFailureLog(): { readonly logger: Logger; readonly failures: readonly string[] } {
  const failures: string[] = [];
  const error = (_fields: object, message: string): void => {
    failures.push(message);
  };
  return { failures, logger: { ...silentLogger, error } };
}

const hasContract = (status: keyof typeof ttsVoice.answers, body: unknown): boolean =>
  ttsVoice.answers[status].some(
    (answer) => answer.kind === "json" && answer.schema.safeParse(body).success,
  );

describe("a text", () => {
  test("comes back as the bytes of a sound file, with no word of who asked", async () => {
    await using side = await startTtsSide({ engines: [createFakeEngine("edge")] });
    const response = await side.ask("POST", "/voice", { body: { text: "Hello there, friend" } });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    const text = await response.text();
    expect(response.headers.get("content-length")).toBe(String(text.length));
    const body: unknown = JSON.parse(text);
    expect(body).toEqual({
      audio: [...toFakeSound("edge")],
      duration: 1,
      cached: false,
      engine: "edge",
      quality: "high",
      fallback_used: false,
      processing_time_ms: expect.any(Number),
    });
    expect(hasContract(200, body)).toBe(true);
  });

  test("is spoken as it was sent, and its other fields are looked at and ignored", async () => {
    const engine = createFakeEngine("edge");
    await using side = await startTtsSide({ engines: [engine] });
    const body = { text: "Ünï 🚐", speed_factor: "1.5", voice: "x", pitch: 3 };
    expect((await side.ask("POST", "/voice", { body })).status).toBe(200);
    expect(engine.texts).toEqual(["Ünï 🚐"]);
  });

  test("that was spoken lately comes from memory", async () => {
    const engine = createFakeEngine("edge");
    await using side = await startTtsSide({ engines: [engine] });
    await side.ask("POST", "/voice", { body: { text: "Hello" } });
    const response = await side.ask("POST", "/voice", { body: { text: "Hello" } });
    expect(await response.json()).toMatchObject({ cached: true, engine: "edge" });
    expect(engine.texts).toHaveLength(1);
  });

  test("that no engine speaks comes back as text, with 200", async () => {
    const engine = createFakeEngine("edge");
    engine.behave(async () => Promise.reject(new SpeechError("Edge cannot be reached")));
    await using side = await startTtsSide({ engines: [engine] });
    const response = await side.ask("POST", "/voice", { body: { text: "Hello" } });
    expect(response.status).toBe(200);
    const body: unknown = await response.json();
    expect(body).toEqual({
      audio: null,
      text: "Hello",
      cached: false,
      engine: "disabled",
      quality: "fallback",
      fallback_used: true,
      error: "All TTS engines failed. Last error: Edge cannot be reached",
      processing_time_ms: expect.any(Number),
    });
    expect(hasContract(200, body)).toBe(true);
  });

  test("of megabytes of sound arrives whole", async () => {
    const sound = Buffer.concat([
      Buffer.from("ID3"),
      Buffer.alloc(
        5_000_000,
        Uint8Array.from({ length: 256 }, (_, at) => at),
      ),
    ]);
    const engine = createFakeEngine("edge");
    engine.behave(async () => Promise.resolve(sound));
    await using side = await startTtsSide({ engines: [engine] });
    const response = await side.ask("POST", "/voice", { body: { text: "Hello" } });
    const { audio } = ttsVoice.answers[200][0].schema.parse(await response.json());
    expect(Buffer.from(audio).equals(sound)).toBe(true);
  });

  test("whose asker leaves is not spoken to the end", async () => {
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    const { promise: started, resolve: start } = Promise.withResolvers<void>();
    const engine = createFakeEngine("edge", { timeoutMs: 60_000 });
    engine.behave(async (_text, signal) => {
      const { promise, reject } = Promise.withResolvers<Buffer>();
      signal.addEventListener("abort", () => {
        resolve();
        reject(signal.reason);
      });
      start();
      return promise;
    });
    const { logger, failures } = createFailureLog();
    await using side = await startTtsSide({ engines: [engine], logger });
    const caller = new AbortController();
    const asked = side.ask("POST", "/voice", { body: { text: "Hello" }, signal: caller.signal });
    await started;
    caller.abort();
    await expect(asked).rejects.toThrow("aborted");
    await stopped;
    // An answer behind it shows that the first has been dealt with.
    engine.behave(async () => Promise.resolve(toFakeSound("edge")));
    expect((await side.ask("POST", "/voice", { body: { text: "Hello again" } })).status).toBe(200);
    expect(failures).toEqual([]);
  });

  test("whose asker leaves in the middle of the sound is no failure", async () => {
    const engine = createFakeEngine("edge");
    engine.behave(async () => Promise.resolve(Buffer.alloc(8_000_000, "ID3")));
    const { logger, failures } = createFailureLog();
    await using side = await startTtsSide({ engines: [engine], logger });
    const response = await side.ask("POST", "/voice", { body: { text: "Hello" } });
    await response.body?.cancel();
    engine.behave(async () => Promise.resolve(toFakeSound("edge")));
    expect((await side.ask("POST", "/voice", { body: { text: "Hello again" } })).status).toBe(200);
    expect(failures).toEqual([]);
  });
});

describe("a text over 2,000 characters", () => {
  test.each([
    { unit: "x", bytes: 2_001, words: "2.0KB" },
    { unit: "é", bytes: 4_002, words: "3.9KB" },
    { unit: "🚐", bytes: 8_004, words: "7.8KB" },
  ])("of $unit is refused with 413 and its size", async ({ unit, bytes, words }) => {
    await using side = await startTtsSide({ engines: [createFakeEngine("edge")] });
    const response = await side.ask("POST", "/voice", { body: { text: unit.repeat(2_001) } });
    expect(response.status).toBe(413);
    const body: unknown = await response.json();
    expect(body).toEqual({
      detail: {
        error: "Voice text size violation",
        message: "Text length 2001 characters exceeds limit of 2000 for voice_synthesis",
        size_info: {
          text_length_characters: 2_001,
          text_size_bytes: bytes,
          limit_bytes: 0,
          text_size_formatted: words,
          limit_formatted: "0B",
          character_limit: 2_000,
        },
      },
    });
    expect(hasContract(413, body)).toBe(true);
  });

  test("is counted in characters: 2,000 of them pass, however many bytes they are", async () => {
    await using side = await startTtsSide({ engines: [createFakeEngine("edge")] });
    const response = await side.ask("POST", "/voice", { body: { text: "🚐".repeat(2_000) } });
    expect(response.status).toBe(200);
  });
});

describe("the limit", () => {
  test("lets ten through in a minute, and tells the eleventh how long to wait", async () => {
    const clock = createManualClock();
    const rateLimits = createRateLimits({ redis: undefined, clock });
    await using side = await startTtsSide({ engines: [createFakeEngine("edge")], rateLimits });
    const ask = async (user?: string): Promise<Response> =>
      side.ask("POST", "/voice", { body: { text: "Hello" }, ...(user !== undefined && { user }) });
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async () => (await ask(A)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    clock.advance(500);

    const refused = await ask(A);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("59");
    const body: unknown = await refused.json();
    expect(body).toEqual({
      detail: {
        error: "Voice synthesis rate limit exceeded",
        message: "Too many voice requests. Try again in 59 seconds.",
        rate_limit_info: {
          remaining: 0,
          reset_in_seconds: 59,
          limit_type: "voice_synthesis",
          limit: "10 requests per 60 seconds",
        },
      },
    });
    expect(hasContract(429, body)).toBe(true);

    expect((await ask(B)).status).toBe(200);
    expect((await ask()).status).toBe(200);
    clock.advance(59_499);
    const last = await ask(A);
    expect(last.headers.get("retry-after")).toBe("1");
    clock.advance(1);
    expect((await ask(A)).status).toBe(200);
  });

  test("is one for all who show no token that verifies", async () => {
    const rateLimits = createRateLimits({ redis: undefined, clock: createManualClock() });
    await using side = await startTtsSide({ engines: [createFakeEngine("edge")], rateLimits });
    const body = { text: "Hello" };
    const tokens = [
      "Bearer not-a-jwt",
      "Basic dXNlcjpwYXNz",
      "Bearer ",
      `Bearer ${"x.".repeat(3)}`,
    ];
    for (let at = 0; at < 10; at += 1) {
      const authorization = tokens[at % tokens.length] ?? "";
      // oxlint-disable-next-line no-await-in-loop -- the order is the point
      expect((await side.ask("POST", "/voice", { body, headers: { authorization } })).status).toBe(
        200,
      );
    }
    expect((await side.ask("POST", "/voice", { body })).status).toBe(429);
  });

  test("is not touched by what is refused for its form or its size", async () => {
    const rateLimits = createRateLimits({ redis: undefined, clock: createManualClock() });
    await using side = await startTtsSide({ engines: [createFakeEngine("edge")], rateLimits });
    await side.ask("POST", "/voice", { body: { text: 5 }, user: A });
    await side.ask("POST", "/voice", { body: { text: "x".repeat(2_001) }, user: A });
    expect(await rateLimits.voice_synthesis.usage(A)).toMatchObject({ used: 0 });
  });
});

test.each([
  ["malformed JSON", '{"text": '],
  ["a number for a text", '{"text": 5}'],
  ["nothing", ""],
])("%s is refused with 422, and nobody is asked to speak", async (_, body) => {
  const engine = createFakeEngine("edge");
  await using side = await startTtsSide({ engines: [engine] });
  const response = await side.ask("POST", "/voice", { body });
  expect(response.status).toBe(422);
  expect(engine.texts).toEqual([]);
});

describe.skipIf(isSkipped("espeak-ng", espeakProblem()))("with espeak-ng and no network", () => {
  test("a text is heard as a WAVE file", async () => {
    const engines = [createSystemEngine({ run: runProcess })];
    await using side = await startTtsSide({ engines });
    const response = await side.ask("POST", "/voice", { body: { text: "Hello, this is PAM." } });
    const body: unknown = await response.json();
    expect(body).toMatchObject({ engine: "system", quality: "low", fallback_used: false });
    const { audio } = ttsVoice.answers[200][1].schema.parse(body);
    const sound = Buffer.from(audio);
    expect(sound.toString("latin1", 0, 4) + sound.toString("latin1", 8, 12)).toBe("RIFFWAVE");
    expect(sound.readUInt32LE(4)).toBe(sound.length - 8);
  });
});
