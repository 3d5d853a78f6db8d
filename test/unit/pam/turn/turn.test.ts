import { describe, expect, test } from "vitest";

import { createTurnFixture, kindsOf, succeed, tool, toolLines, USER } from "./turn-fixture.ts";

describe("an answer without tools", () => {
  test("comes in pieces and ends with the whole of it", async () => {
    const fixture = createTurnFixture({ answers: [{ text: ["Good ", "", "morning"] }] });
    expect(await fixture.run("Hi")).toEqual([
      { kind: "text-delta", text: "Good " },
      { kind: "text-delta", text: "morning" },
      {
        kind: "turn-end",
        reason: "answered",
        text: "Good morning",
        uiActions: [],
        served: { provider: "anthropic", model: "claude-sonnet-4-6" },
        usage: { inputTokens: 10, outputTokens: 2 },
      },
    ]);
    expect(await fixture.history()).toEqual(["user: Hi", "assistant: Good morning"]);
  });

  test("is asked for with what was said before, and the next turn reads it", async () => {
    const fixture = createTurnFixture();
    await fixture.run("first");
    await fixture.run("second");
    expect(fixture.requests[1]?.messages).toEqual([
      { role: "user", text: "first" },
      { role: "assistant", text: "Hello", toolCalls: [] },
      { role: "user", text: "second" },
    ]);
  });

  test("that the model cuts or refuses ends by its reason", async () => {
    for (const reason of ["length", "refused"] as const) {
      const fixture = createTurnFixture({ answers: [{ text: ["I"], reason }] });
      // oxlint-disable-next-line no-await-in-loop -- one turn each
      expect((await fixture.run("Hi")).at(-1)).toMatchObject({ reason, text: "I" });
    }
  });
});

describe("tools", () => {
  test("are called, answered and told to the model, which then answers", async () => {
    const fixture = createTurnFixture({
      answers: [{ text: ["Let me see."], calls: ["analyze_budget"] }, { text: ["You have $5."] }],
      tools: { analyze_budget: tool("read", succeed({ left: 5 })) },
    });
    const events = await fixture.run("What is my budget?");
    expect(kindsOf(events)).toEqual([
      "text-delta",
      "tool-call",
      "tool-result",
      "text-delta",
      "turn-end",
    ]);
    expect(events[2]).toMatchObject({ name: "analyze_budget", result: { success: true, left: 5 } });
    expect(events.at(-1)).toMatchObject({
      text: "Let me see.\n\nYou have $5.",
      usage: { inputTokens: 20, outputTokens: 4 },
    });
    const callId = "analyze_budget-1-0";
    expect(fixture.requests[1]?.messages.slice(1)).toEqual([
      {
        role: "assistant",
        text: "Let me see.",
        toolCalls: [{ kind: "call", id: callId, name: "analyze_budget", args: {} }],
      },
      {
        role: "tool",
        results: [
          { callId, name: "analyze_budget", ok: true, content: '{"left":5,"success":true}' },
        ],
      },
    ]);
    expect(await fixture.history()).toEqual([
      "user: What is my budget?",
      "assistant: Let me see.",
      "tool: results",
      "assistant: You have $5.",
    ]);
  });

  test("are chosen for the message and page, and those of the last turns with them", async () => {
    const fixture = createTurnFixture({
      answers: [{ calls: ["like_post"] }, { text: ["Done"] }],
      tools: { like_post: tool("write") },
    });
    await fixture.run("Like it");
    await fixture.run("Hello", { context: { current_page: "shop" } });
    const offered = fixture.requests.at(-1)?.tools.map(({ name }) => name);
    expect(offered).toContain("like_post");
    expect(offered).toContain("search_products");
    expect(offered?.length).toBeLessThanOrEqual(15);
  });

  test("run for the verified user, where and when the client says they are", async () => {
    const callers: unknown[] = [];
    const fixture = createTurnFixture({
      answers: [{ calls: ["a"] }, { text: ["ok"] }],
      tools: {
        a: tool("read", async (_args, caller) => {
          callers.push(caller);
          return { success: true };
        }),
      },
    });
    const userLocation = { lat: -27.5, lng: "153", timezone: "Australia/Brisbane" };
    await fixture.run("Hi", { context: { user_id: "somebody-else", userLocation } });
    expect(callers).toEqual([
      {
        userId: USER,
        timeZone: "Australia/Brisbane",
        position: { latitude: -27.5, longitude: 153 },
      },
    ]);
    expect(fixture.requests[0]?.system[1]).toContain("15 March 2026 at 10:00 pm");
  });

  test("that are unknown, or called unreadably, are told to the model and not run", async () => {
    const fixture = createTurnFixture({
      answers: [
        {
          calls: ["nonsense", { kind: "unreadable", id: "u", name: "a", error: "No JSON object" }],
        },
        { text: ["Sorry"] },
      ],
      tools: { a: tool("read") },
    });
    const events = await fixture.run("Hi");
    expect(toolLines(events)).toEqual([
      "call nonsense-1-0",
      "call u",
      "UNKNOWN_TOOL nonsense-1-0",
      "INVALID_ARGUMENTS u",
    ]);
    expect(events.at(-1)).toMatchObject({ kind: "turn-end", text: "Sorry" });
  });
});

describe("limits", () => {
  test("after four rounds of tools the model may not call another", async () => {
    const fixture = createTurnFixture({
      answers: [{ text: ["On it"], calls: ["a"] }],
      tools: { a: tool("read", succeed({ message: "Looked it up" })) },
    });
    const events = await fixture.run("Go on for ever");
    expect(events.filter(({ kind }) => kind === "tool-result")).toHaveLength(4);
    expect(fixture.requests.map(({ toolChoice }) => toolChoice)).toEqual([
      "auto",
      "auto",
      "auto",
      "auto",
      "none",
    ]);
    expect(events.at(-1)).toMatchObject({ kind: "turn-end", reason: "answered" });
  });

  test("of ten calls in a turn eight are run, and the model is told of the others", async () => {
    let ran = 0;
    const fixture = createTurnFixture({
      answers: [
        { calls: Array.from({ length: 6 }, () => "a") },
        { calls: Array.from({ length: 4 }, () => "a") },
        { text: ["Enough"] },
      ],
      tools: {
        a: tool("read", async () => {
          ran += 1;
          return { success: true };
        }),
      },
    });
    const events = await fixture.run("Hi");
    expect(ran).toBe(8);
    expect(toolLines(events).filter((line) => line.startsWith("LIMIT_REACHED"))).toEqual([
      "LIMIT_REACHED a-2-2",
      "LIMIT_REACHED a-2-3",
    ]);
    expect(fixture.requests.at(-1)).toMatchObject({ toolChoice: "none" });
    expect(fixture.requests.at(-1)?.messages.at(-1)).toMatchObject({ results: { length: 4 } });
  });

  test("four reads run at a time, and a write alone, in the model's order", async () => {
    const running = new Set<string>();
    const seen: string[] = [];
    const slow = (name: string) =>
      tool(name.startsWith("w") ? "write" : "read", async () => {
        running.add(name);
        await Promise.resolve();
        await Promise.resolve();
        seen.push([...running].join(" "));
        await Promise.resolve();
        running.delete(name);
        return { success: true };
      });
    const names = ["r1", "r2", "r3", "r4", "r5", "w1", "w2", "r6"];
    const fixture = createTurnFixture({
      answers: [{ calls: names }, { text: ["ok"] }],
      tools: Object.fromEntries(names.map((name) => [name, slow(name)])),
    });
    await fixture.run("Hi");
    expect(seen).toEqual([
      "r1 r2 r3 r4",
      "r1 r2 r3 r4",
      "r1 r2 r3 r4",
      "r1 r2 r3 r4",
      "r5",
      "w1",
      "w2",
      "r6",
    ]);
  });

  test("a tool has 8 s, whatever it waits for, and a write may have happened all the same", async () => {
    const hangs = (access: "read" | "write") =>
      tool(access, async (_args, _caller, signal) => {
        queueMicrotask(() => fixture.time.advance(8_000));
        const { promise, resolve } = Promise.withResolvers<void>();
        signal?.addEventListener("abort", () => resolve());
        await promise;
        return { success: false, error: "Cancelled", error_code: "CANCELLED" };
      });
    const fixture = createTurnFixture({
      answers: [{ calls: ["read", "write"] }, { text: ["Too slow"] }],
      tools: { read: hangs("read"), write: hangs("write") },
    });
    const events = await fixture.run("Hi");
    expect(events.flatMap((event) => (event.kind === "tool-result" ? [event.result] : []))).toEqual(
      [
        { success: false, error: "read took longer than 8 s", error_code: "TIMEOUT" },
        {
          success: false,
          error: "write took longer than 8 s: it may have been carried out all the same",
          error_code: "TIMEOUT",
        },
      ],
    );
    expect(events.at(-1)).toMatchObject({ kind: "turn-end", text: "Too slow" });
  });

  test("the model reads 8,000 characters of a result at most, and whole JSON", async () => {
    const rows = Array.from({ length: 400 }, (_, id) => ({ id, note: "x".repeat(100) }));
    const fixture = createTurnFixture({
      answers: [{ calls: ["a"] }, { text: ["ok"] }],
      tools: { a: tool("read", succeed({ rows })) },
    });
    await fixture.run("Hi");
    const told = fixture.requests[1]?.messages.at(-1);
    const content = told?.role === "tool" ? told.results[0]?.content : undefined;
    expect(content?.length).toBeLessThanOrEqual(8_000);
    expect(JSON.parse(content ?? "")).toMatchObject({ success: true, truncated: true });
  });
});

describe("a tool that needs confirmation", () => {
  const prompt = "I'm about to publish a post. Please confirm by saying 'yes'.";
  const answers = [{ calls: ["create_post"] }, { text: ["Shall I?"] }];

  async function runWith(message: string) {
    let ran = 0;
    const run = async () => {
      ran += 1;
      return { success: true } as const;
    };
    const fixture = createTurnFixture({
      answers,
      tools: { create_post: tool("write", run, prompt) },
    });
    return { fixture, events: await fixture.run(message), ran };
  }

  test("is not run without it: the model is told, and asks", async () => {
    const { fixture, events, ran } = await runWith("Look, post that I love my cookout");
    expect(ran).toBe(0);
    expect(events[1]).toMatchObject({
      result: { success: false, error_code: "CONFIRMATION_REQUIRED", error: prompt },
    });
    const told = fixture.requests[1]?.messages.at(-1);
    expect(JSON.stringify(told)).toContain("CONFIRMATION_REQUIRED");
    expect(events.at(-1)).toMatchObject({ kind: "turn-end", text: "Shall I?" });
  });

  test("is run in the next turn, when the user says yes to the question", async () => {
    let ran = 0;
    const run = async () => {
      ran += 1;
      return { success: true } as const;
    };
    const fixture = createTurnFixture({
      answers: [...answers, { calls: ["create_post"] }, { text: ["Published"] }],
      tools: { create_post: tool("write", run, prompt) },
    });
    await fixture.run("Hello everybody");
    expect((await fixture.run("yes")).at(-1)).toMatchObject({ text: "Published" });
    expect(ran).toBe(1);
    // The message alone would not have asked for it: the last turn did.
    expect(fixture.requests[2]?.tools.map(({ name }) => name)).toContain("create_post");
    expect(JSON.stringify(fixture.requests[2]?.messages)).toContain("CONFIRMATION_REQUIRED");
  });

  test("is asked about in its own words where the model says nothing", async () => {
    const fixture = createTurnFixture({
      answers: [{ calls: ["create_post"] }, {}],
      tools: { create_post: tool("write", succeed(), prompt) },
    });
    expect((await fixture.run("Post it")).at(-1)).toMatchObject({ reason: "empty", text: prompt });
  });
});

describe("personal data", () => {
  const secret = /jane@example\.com|0412 345 678/u;

  test("reaches no provider: not by message, context, history, arguments or results", async () => {
    const data = "Mail jane@example.com or call 0412 345 678";
    const id = "a1234567-0412-4345-8678-123456789012";
    const fixture = createTurnFixture({
      answers: [
        {
          text: [data],
          calls: [{ kind: "call", id: "c", name: "a", args: { to: data, list: [{ data }] } }],
        },
        { text: [data] },
      ],
      tools: { a: tool("read", succeed({ friend: { mail: data }, id, when: new Date(0) })) },
    });
    const user_location = { lat: -27.4697707, lng: 153.0251234 };
    const context = { vehicle_info: { note: data }, user_location };
    const first = await fixture.run(data, { context });
    await fixture.run(data);
    const asked = JSON.stringify(fixture.requests);
    expect(asked).not.toMatch(secret);
    expect(asked).toContain("<EMAIL>");
    expect(asked).toContain("<PHONE>");
    // What is no personal data is whole: the model could not work with it otherwise.
    expect(asked).toContain(id);
    expect(asked).toContain("1970-01-01T00:00:00.000Z");
    expect(asked).toContain("153.0251234");
    // On this side nothing is taken away.
    expect(JSON.stringify(first)).toMatch(secret);
    expect((await fixture.history())[0]).toBe(`user: ${data}`);
  });
});

describe("what is remembered", () => {
  test("language and context of the last turn serve the next", async () => {
    const fixture = createTurnFixture();
    const context = { language: "fr", user_location: { city: "Cairns" }, noise: 1 };
    await fixture.run("Bonjour", { context });
    await fixture.run("Encore");
    const [, second] = fixture.requests;
    expect(second?.system[1]).toContain("Answer in French");
    expect(second?.system[1]).toContain("Cairns");
    expect((await fixture.store.read(USER)).state).toEqual({
      language: "fr",
      context: { user_location: { city: "Cairns" } },
      lastActivityMs: Date.UTC(2026, 2, 15, 12),
    });
  });
});

test("the first block of the system prompt is the same for every user and turn", async () => {
  const fixture = createTurnFixture();
  await fixture.run("Hi", { context: { language: "es", user_location: { city: "Cairns" } } });
  await fixture.run("Hi", { userId: "22222222-2222-4222-8222-222222222222" });
  expect(fixture.requests[0]?.system[0]).toBe(fixture.requests[1]?.system[0]);
});

test("two turns of one user follow one another", async () => {
  const fixture = createTurnFixture({ answers: [{ text: ["one"] }, { text: ["two"] }] });
  await Promise.all([fixture.run("first"), fixture.run("second")]);
  expect(await fixture.history()).toEqual([
    "user: first",
    "assistant: one",
    "user: second",
    "assistant: two",
  ]);
});
