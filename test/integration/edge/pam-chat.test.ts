import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { ChatHandler } from "#examples/edge/common/chat-handler.ts";
import { startFakeOpenAi, type FakeProvider } from "#support/fake-providers.ts";
import { signToken, TOKEN_SECRET } from "#support/sign-token.ts";

let openAi: FakeProvider;
let deepSeek: FakeProvider;
let variables: Record<string, string>;
beforeEach(async () => {
  openAi = await startFakeOpenAi();
  deepSeek = await startFakeOpenAi();
  variables = {
    SUPABASE_JWT_SECRET: TOKEN_SECRET,
    OPENAI_API_KEY: "key-of-a-fake",
    OPENAI_BASE_URL: openAi.baseUrl,
  };
});
afterEach(async () => {
  vi.unstubAllGlobals();
  vi.resetModules();
  await openAi[Symbol.asyncDispose]();
  await deepSeek[Symbol.asyncDispose]();
});

const env = { get: (name: string): string | undefined => variables[name] };

/** What each platform does with its function's file. */
const PLATFORMS = {
  async supabase(): Promise<ChatHandler> {
    const { promise, resolve } = Promise.withResolvers<ChatHandler>();
    vi.stubGlobal("Deno", { env, serve: resolve });
    await import("#examples/edge/supabase/functions/pam-chat/index.ts");
    return promise;
  },
  async netlify(): Promise<ChatHandler> {
    vi.stubGlobal("Netlify", { env });
    return (await import("#examples/edge/netlify/functions/pam-chat.ts")).default;
  },
} as const;

async function ask(body: unknown, authorization?: string): Promise<Request> {
  return new Request("https://edge.test/pam-chat", {
    method: "POST",
    headers: { authorization: authorization ?? `Bearer ${await signToken()}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const HELLO = { message: "Which category is a fill-up at Shell?" };

describe.each(["supabase", "netlify"] as const)("%s", (platform) => {
  test("a message is answered by the model, with the conversation before it", async () => {
    const handle = await PLATFORMS[platform]();
    const conversation_history = [
      { role: "user", content: "Hi" },
      { role: "assistant", content: "G'day" },
    ];
    const response = await handle(await ask({ ...HELLO, conversation_history }));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      response: "Hello",
      tools_used: [],
      model: "gpt-6-luna",
    });
    expect(openAi.requests[0]?.body["messages"]).toEqual([
      { role: "system", content: expect.stringContaining("PAM") },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "G'day" },
      { role: "user", content: HELLO.message },
    ]);
  });

  test("a tool that the model calls is carried out, and its result told back", async () => {
    const name = "categorize_transaction";
    openAi.script(
      { kind: "answer", calls: [{ name, arguments: '{"description":"Shell fuel"}' }] },
      { kind: "answer", text: "That is gas." },
    );
    const handle = await PLATFORMS[platform]();
    const response = await handle(await ask(HELLO));
    expect(await response.json()).toMatchObject({ response: "That is gas.", tools_used: [name] });
    const [first, second] = openAi.requests;
    expect(JSON.stringify(first?.body["tools"])).toContain(name);
    expect(second?.body["messages"]).toContainEqual({
      role: "tool",
      tool_call_id: "call_0",
      content: expect.stringContaining('"success":true'),
    });
  });

  test("calls that cannot be carried out are told back as such", async () => {
    openAi.script(
      {
        kind: "answer",
        calls: [
          { name: "launch_rocket", arguments: "{}" },
          { name: "categorize_transaction", arguments: '{"descr' },
        ],
      },
      { kind: "answer", text: "I cannot do that." },
    );
    const handle = await PLATFORMS[platform]();
    await handle(await ask(HELLO));
    const told = JSON.stringify(openAi.requests[1]?.body["messages"]);
    expect(told).toContain("There is no tool named launch_rocket");
    expect(told).toContain("The arguments of categorize_transaction are not a JSON object");
  });

  test("a model that calls without end is asked for words after four rounds", async () => {
    const call = { name: "categorize_transaction", arguments: '{"description":"Shell"}' };
    openAi.script({ kind: "answer", text: "And again", calls: [call] });
    const handle = await PLATFORMS[platform]();
    const response = await handle(await ask(HELLO));
    expect(await response.json()).toMatchObject({ response: "And again" });
    expect(openAi.requests.map(({ body }) => body["tool_choice"])).toEqual([
      "auto",
      "auto",
      "auto",
      "auto",
      "none",
    ]);
  });

  test("attempts are the core's: two at the first provider, then the next", async () => {
    variables["DEEPSEEK_API_KEY"] = "key-of-a-fake";
    variables["DEEPSEEK_BASE_URL"] = deepSeek.baseUrl;
    deepSeek.script({ kind: "status", status: 500 });
    const handle = await PLATFORMS[platform]();
    const response = await handle(await ask(HELLO));
    expect(await response.json()).toMatchObject({ response: "Hello", model: "gpt-6-luna" });
    expect([deepSeek.requests.length, openAi.requests.length]).toEqual([2, 1]);
  });

  test("where no provider answers, the caller is asked to come back", async () => {
    openAi.script({ kind: "status", status: 401 });
    const handle = await PLATFORMS[platform]();
    const response = await handle(await ask(HELLO));
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      error: "The AI service is temporarily unavailable: please try again shortly",
    });
  });

  test("without a key there is nobody to ask", async () => {
    delete variables["OPENAI_API_KEY"];
    const handle = await PLATFORMS[platform]();
    expect((await handle(await ask(HELLO))).status).toBe(503);
  });
});

describe("whoever is not let in", () => {
  const tokens: readonly (readonly [string, () => Promise<string> | string])[] = [
    ["has no token", () => ""],
    ["has something else", () => "Basic dXNlcg=="],
    ["has a token of another secret", async () => signToken({}, `${TOKEN_SECRET}-not`)],
    ["has a token that has expired", async () => signToken({ exp: 1_700_000_001 })],
    ["has a token of nobody", async () => signToken({ sub: undefined })],
  ];

  test.each(tokens)("%s", async (_name, token) => {
    const handle = await PLATFORMS.netlify();
    const value = await token();
    const authorization = value.includes(".") ? `Bearer ${value}` : value;
    const response = await handle(await ask(HELLO, authorization));
    expect(response.status).toBe(401);
    expect(openAi.requests).toEqual([]);
  });

  test("nobody is, where no secret is set", async () => {
    delete variables["SUPABASE_JWT_SECRET"];
    const handle = await PLATFORMS.netlify();
    expect((await handle(await ask(HELLO))).status).toBe(401);
  });
});

test.each([
  ["no JSON", "{"],
  ["no message", {}],
  ["a blank message", { message: "  " }],
  ["a message that is too long", { message: "x".repeat(4_001) }],
  ["a history of another kind", { message: "Hi", conversation_history: [{ role: "system" }] }],
])("%s is refused", async (_name, body) => {
  const handle = await PLATFORMS.netlify();
  expect((await handle(await ask(body))).status).toBe(400);
});

test("anything but a POST is refused", async () => {
  const handle = await PLATFORMS.netlify();
  expect((await handle(new Request("https://edge.test/pam-chat"))).status).toBe(405);
});
