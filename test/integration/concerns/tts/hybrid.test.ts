import { describe, expect, test } from "vitest";

import { createRealtimeVoice, type RealtimeVoice } from "#pam/speech/index.ts";
import { systemClock } from "#platform/clock.ts";
import { createLazyDatabase } from "#platform/database/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { type FakeOpenAi, SESSION_EXPIRES_AT, startFakeOpenAi } from "#support/fake-openai.ts";

import { startTtsSide } from "./tts-side.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const OTHER = "44444444-4444-4444-8444-444444444444";
const SESSION = "/voice-hybrid/create-session";
const TOOL = "/voice-hybrid/execute-tool";
/** The embedded database makes all of the legacy's tables when it is opened. */
const DATABASE_OPENS_MS = 60_000;

const voiceOf = ({ baseUrl }: FakeOpenAi): RealtimeVoice =>
  createRealtimeVoice({ apiKey: "sk-made", baseUrl }, fetch);

describe("POST /voice-hybrid/create-session", () => {
  test("opens a session at the provider, and gives its token and not the key", async () => {
    await using openAi = await startFakeOpenAi();
    await using side = await startTtsSide({ realtimeVoice: voiceOf(openAi) });
    const body = { voice: "cedar", temperature: 0.65, language: "de", location: { city: "Bonn" } };
    const response = await side.ask("POST", SESSION, { user: USER, body });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      session_token: "ek_made",
      expires_at: new Date(SESSION_EXPIRES_AT * 1_000).toISOString().slice(0, 19),
      ws_url: "wss://api.openai.com/v1/realtime",
      model: "gpt-realtime-1.5",
      voice: "cedar",
    });
    const [call] = openAi.calls;
    expect(call).toMatchObject({
      path: "/v1/realtime/sessions",
      authorization: "Bearer sk-made",
      body: {
        model: "gpt-realtime-1.5",
        voice: "cedar",
        temperature: 0.65,
        modalities: ["text", "audio"],
        tools: [{ type: "function", name: "delegate_to_supervisor" }],
        turn_detection: { type: "server_vad" },
      },
    });
    expect(JSON.stringify(call?.body)).toContain('{\\"city\\":\\"Bonn\\"}');
  });

  test.each([
    ["no body", {}],
    ["a body that is null", { body: "null" }],
    ["fields that are null", { body: { voice: null, temperature: null, language: null } }],
  ])("with %s has the legacy's defaults", async (_, options) => {
    await using openAi = await startFakeOpenAi();
    await using side = await startTtsSide({ realtimeVoice: voiceOf(openAi) });
    const response = await side.ask("POST", SESSION, { user: USER, ...options });
    expect(await response.json()).toMatchObject({ voice: "marin" });
    expect(openAi.calls[0]?.body).toMatchObject({ voice: "marin", temperature: 0.8 });
  });

  test.each([
    ["refuses", 401, "OpenAI answered 401"],
    ["is busy", 429, "OpenAI answered 429"],
  ])("is a 503 that says so where the provider %s", async (_, status, reason) => {
    await using openAi = await startFakeOpenAi();
    openAi.answerWith((response) => response.writeHead(status).end("sk-made"));
    await using side = await startTtsSide({ realtimeVoice: voiceOf(openAi) });
    const response = await side.ask("POST", SESSION, { user: USER });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ detail: `Realtime voice is not available: ${reason}` });
  });

  test("is a 503 where the provider gives something else than a session", async () => {
    await using openAi = await startFakeOpenAi();
    openAi.answerWith((response) => response.writeHead(200).end('{"client_secret":{}}'));
    await using side = await startTtsSide({ realtimeVoice: voiceOf(openAi) });
    expect((await side.ask("POST", SESSION, { user: USER })).status).toBe(503);
  });

  test("is a 503 where the provider takes too long", async () => {
    const late = new DOMException("The operation timed out", "TimeoutError");
    const realtimeVoice = { openSession: async () => Promise.reject(late) };
    await using side = await startTtsSide({ realtimeVoice });
    const response = await side.ask("POST", SESSION, { user: USER });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      detail: "Realtime voice is not available: OpenAI did not answer in time",
    });
  });

  test("is a 503 without a key, and the health says so", async () => {
    await using side = await startTtsSide({});
    const response = await side.ask("POST", SESSION, { user: USER });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      detail: "Realtime voice is not available: no OpenAI key is set",
    });
    expect(await (await side.ask("GET", "/voice-hybrid/health")).json()).toMatchObject({
      status: "degraded",
      openai_configured: false,
    });
  });

  test("wants a token that verifies, after JSON that can be read and before fields that fit", async () => {
    await using openAi = await startFakeOpenAi();
    await using side = await startTtsSide({ realtimeVoice: voiceOf(openAi) });
    expect((await side.ask("POST", SESSION, { body: "{" })).status).toBe(422);
    expect((await side.ask("POST", SESSION, { body: { temperature: "hot" } })).status).toBe(401);
    const wrong = { body: { temperature: "hot" }, user: USER };
    expect((await side.ask("POST", SESSION, wrong)).status).toBe(422);
    expect(openAi.calls).toEqual([]);
  });
});

test("the health of realtime voice is good where there is a key", async () => {
  await using openAi = await startFakeOpenAi();
  await using side = await startTtsSide({ realtimeVoice: voiceOf(openAi) });
  expect(await (await side.ask("GET", "/voice-hybrid/health")).json()).toEqual({
    status: "healthy",
    openai_configured: true,
    architecture: "hybrid",
    voice_provider: "openai_realtime",
    reasoning_provider: "claude_sonnet_4.5",
  });
});

describe("POST /voice-hybrid/execute-tool", () => {
  test(
    "runs a tool for the user of the token, on the data that they share with the legacy",
    async () => {
      const lazy = createLazyDatabase({ url: undefined, clock: systemClock, logger: silentLogger });
      try {
        await using side = await startTtsSide({ database: lazy.get });
        const run = async (name: string, args: object): Promise<unknown> => {
          const body = { tool_name: name, arguments: args, user_id: USER };
          return (await side.ask("POST", TOOL, { user: USER, body })).json();
        };
        expect(
          await run("create_expense", { amount: 12.5, category: "gas", description: "Fuel" }),
        ).toMatchObject({ success: true, tool: "create_expense", result: { success: true } });
        expect(await run("calculate_gas_cost", { distance_miles: 100, mpg: "ten" })).toMatchObject({
          success: false,
          error: expect.stringContaining("mpg"),
        });
        const spent = await run("get_spending_summary", { period: "this_month" });
        expect(spent).toMatchObject({ success: true, result: { success: true } });
      } finally {
        await lazy.close();
      }
    },
    DATABASE_OPENS_MS,
  );

  test.each(["no_such_tool", "constructor", ""])(
    "knows that %j is no tool without opening the database",
    async (name) => {
      await using side = await startTtsSide({
        database: async () => Promise.reject(new Error("The database was opened")),
      });
      const body = { tool_name: name, arguments: {}, user_id: USER };
      const response = await side.ask("POST", TOOL, { user: USER, body });
      expect(await response.json()).toEqual({
        success: false,
        error: `There is no tool named "${name}"`,
      });
    },
  );

  test("does not know a tool that its flag switches off", async () => {
    await using side = await startTtsSide({ hasTool: (name) => name !== "create_expense" });
    const body = { tool_name: "create_expense", arguments: {}, user_id: USER };
    const response = await side.ask("POST", TOOL, { user: USER, body });
    expect(await response.json()).toEqual({
      success: false,
      error: 'There is no tool named "create_expense"',
    });
  });

  test("runs nothing for another user than the token's", async () => {
    await using side = await startTtsSide({
      database: async () => Promise.reject(new Error("The database was opened")),
    });
    const body = { tool_name: "get_spending_summary", arguments: {}, user_id: OTHER };
    const response = await side.ask("POST", TOOL, { user: USER, body });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      success: false,
      error: "Tools run for the signed-in user only",
    });
  });

  test("runs nothing that the user would have to confirm first", async () => {
    await using side = await startTtsSide({
      database: async () => Promise.reject(new Error("The database was opened")),
    });
    const body = { tool_name: "create_post", arguments: { content: "Hello" }, user_id: USER };
    const response = await side.ask("POST", TOOL, { user: USER, body });
    expect(await response.json()).toEqual({
      success: false,
      error: "create_post needs the user's confirmation, which cannot be given here",
    });
  });

  test("wants a token, and then fields that fit", async () => {
    await using side = await startTtsSide({});
    expect((await side.ask("POST", TOOL, { body: {} })).status).toBe(401);
    expect((await side.ask("POST", TOOL, { body: {}, user: USER })).status).toBe(422);
  });
});
