import { describe, expect, test } from "vitest";

import { createSystemEngine } from "#pam/speech/engines/system-engine.ts";
import { SpeechError } from "#pam/speech/index.ts";
import { runProcess } from "#pam/speech/run-process.ts";
import { espeakProblem } from "#support/espeak.ts";
import { createFakeEngine, toFakeSound } from "#support/fake-engine.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { isSkipped } from "#support/services.ts";

import { startTtsSide } from "./tts-side.ts";

const USER = "11111111-1111-4111-8111-111111111111";

describe("POST /voice-test", () => {
  test("says what became of a voice, without the sound", async () => {
    await using side = await startTtsSide({
      engines: [createFakeEngine("edge")],
      clock: createManualClock(Date.UTC(2026, 10, 24)),
    });
    const response = await side.ask("POST", "/voice-test?voice_id=pam_male_calm&text=Hi%20there");
    expect(await response.json()).toEqual({
      success: true,
      voice_id_requested: "pam_male_calm",
      voice_id_used: "edge:pam_male_calm",
      engine_used: "edge",
      quality: "high",
      processing_time_ms: 0,
      fallback_used: false,
      error: null,
      audio_size_bytes: toFakeSound("edge").length,
      test_text: "Hi there",
      timestamp: "2026-11-24T00:00:00",
    });
  });

  test("has the legacy's voice and text unless told others, and a default for a voice that nobody knows", async () => {
    await using side = await startTtsSide({ engines: [createFakeEngine("edge")] });
    const plain = await side.ask("POST", "/voice-test");
    expect(await plain.json()).toMatchObject({
      voice_id_requested: "pam_default",
      test_text: "Hello, this is a voice test.",
    });
    const unknown = await side.ask("POST", "/voice-test?voice_id=nobody");
    expect(await unknown.json()).toMatchObject({
      voice_id_requested: "nobody",
      voice_id_used: "edge:pam_default",
    });
  });

  test("never asks an engine that costs money", async () => {
    const paid = createFakeEngine("openai", { cost: "paid" });
    await using side = await startTtsSide({ engines: [paid] });
    const response = await side.ask("POST", "/voice-test");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      success: false,
      engine_used: "disabled",
      quality: "fallback",
      audio_size_bytes: 0,
      error: "All TTS engines failed. Last error: There is no engine",
    });
    expect(paid.texts).toEqual([]);
  });

  test("takes no longer text than may be spoken", async () => {
    const engine = createFakeEngine("edge");
    await using side = await startTtsSide({ engines: [engine] });
    const response = await side.ask("POST", `/voice-test?text=${"x".repeat(2_001)}`);
    expect(await response.json()).toMatchObject({
      success: false,
      error: "Text length 2001 characters exceeds limit of 2000 for voice_synthesis",
    });
    expect(engine.texts).toEqual([]);
  });
});

describe("POST /voice/test", () => {
  test("gives a sound file with the headers that tell of it", async () => {
    await using side = await startTtsSide({ engines: [createFakeEngine("edge")] });
    const response = await side.ask("POST", "/voice/test", { user: USER });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "audio/mpeg",
      "content-disposition": "inline; filename=pam_test.mp3",
      "x-test-status": "success",
      "x-tts-engine": "edge-tts",
      "x-audio-size": String(toFakeSound("edge").length),
    });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(toFakeSound("edge"));
  });

  test("wants a token that verifies", async () => {
    const engine = createFakeEngine("edge");
    await using side = await startTtsSide({ engines: [engine] });
    const response = await side.ask("POST", "/voice/test");
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ detail: "Authorization header missing" });
    expect(engine.texts).toEqual([]);
  });

  test("says why there is no sound", async () => {
    const engine = createFakeEngine("edge");
    engine.behave(async () => Promise.reject(new SpeechError("Edge cannot be reached")));
    await using side = await startTtsSide({ engines: [engine] });
    const response = await side.ask("POST", "/voice/test", { user: USER });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      error: "All TTS engines failed. Last error: Edge cannot be reached",
      status: "failed",
    });
  });

  test.skipIf(isSkipped("espeak-ng", espeakProblem()))(
    "gives a WAVE file where only espeak-ng speaks, and says so",
    async () => {
      await using side = await startTtsSide({ engines: [createSystemEngine({ run: runProcess })] });
      const response = await side.ask("POST", "/voice/test", { user: USER });
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "audio/wav",
        "content-disposition": "inline; filename=pam_test.wav",
        "x-tts-engine": "espeak-ng",
      });
      expect(Buffer.from(await response.arrayBuffer()).toString("latin1", 8, 12)).toBe("WAVE");
    },
  );
});

describe("the reports", () => {
  test("tell of the engines that there are, and nothing of what their failures said", async () => {
    const edge = createFakeEngine("edge");
    edge.behave(async () => Promise.reject(new Error("/root/.secret")));
    const system = createFakeEngine("system", { isLocal: true });
    await using side = await startTtsSide({ engines: [edge, system] });
    for (const text of ["1", "2", "3"]) {
      // oxlint-disable-next-line no-await-in-loop -- failures count one after the other
      await side.ask("POST", "/voice", { body: { text } });
    }
    const debug = await (await side.ask("GET", "/tts-debug")).text();
    expect(JSON.parse(debug)).toMatchObject({
      enhanced_tts_service: {
        initialized: true,
        available_engines: ["edge", "system"],
        fallback_chain: ["edge", "system"],
        circuit_breakers: { edge: false, system: true },
      },
      error_handling: {
        total_errors_recorded: 3,
        recent_errors: { edge: 3 },
        engine_health: { edge: 0, system: 1 },
      },
    });
    const health = await (await side.ask("GET", "/voice/health")).text();
    expect(JSON.parse(health)).toMatchObject({
      overall_status: "limited",
      primary_service: "partial_voice",
      services: { tts: { available: true, engines: ["system"], status: "healthy" } },
      performance_metrics: { total_requests: 3, engine_usage: { system: 3 } },
    });
    expect(debug + health).not.toContain("secret");
  });

  test("say when there is nothing to speak with", async () => {
    await using side = await startTtsSide({});
    expect(await (await side.ask("GET", "/voice/health")).json()).toMatchObject({
      overall_status: "minimal",
      primary_service: "text_only",
      services: { tts: { available: false, engines: [], status: "failed" } },
    });
    expect(await (await side.ask("GET", "/tts-debug")).json()).toMatchObject({
      enhanced_tts_service: { initialized: false, available_engines: [] },
      error_handling: { recent_errors: { message: "No errors in the last 1 hours" } },
      configuration: { primary_engine: "disabled" },
    });
  });
});

describe("OPTIONS /voice", () => {
  test("lists what may be sent, and echoes an allowed origin", async () => {
    await using side = await startTtsSide({});
    const response = await side.ask("OPTIONS", "/voice", {
      headers: { origin: "http://localhost:8080" },
    });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "http://localhost:8080",
      "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS, PATCH, HEAD",
      "access-control-max-age": "3600",
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Origin",
      "content-length": "0",
    });
  });

  test("echoes no other origin", async () => {
    await using side = await startTtsSide({});
    const response = await side.ask("OPTIONS", "/voice", {
      headers: { origin: "https://elsewhere.example" },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });
});
