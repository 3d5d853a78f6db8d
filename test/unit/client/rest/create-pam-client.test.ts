import { beforeEach, describe, expect, test } from "vitest";

import {
  createPamClient,
  createWarningCollector,
  PamClientError,
  type GetToken,
  type PamContextGroup,
  type PamClient,
  type PamClientOptions,
} from "#client/index.ts";
import { createManualTime, type ManualTime } from "#support/manual-scheduler.ts";

import { createFakeFetch, type FakeFetch } from "./fake-fetch.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const HELLO = { user_id: USER, message: "Hello" };
const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers });
const said = (text: string): Response => json({ response: text, actions: [] });

let net: FakeFetch;
let time: ManualTime;
beforeEach(() => {
  net = createFakeFetch();
  time = createManualTime(Date.UTC(2026, 10, 22));
});

function createClient(options: Partial<PamClientOptions> = {}): PamClient {
  return createPamClient({
    baseUrl: "https://pam.test/",
    getToken: () => "t-1",
    fetch: net.fetch,
    scheduler: time.scheduler,
    now: () => time.clock.now(),
    ...options,
  });
}

async function failureOf(call: Promise<unknown>): Promise<PamClientError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PamClientError) return error;
  throw new Error("Did not fail as the client fails", { cause: error });
}

describe("a question", () => {
  test("goes out with its token and its repaired context, and comes back as one shape", async () => {
    net.script(
      json({ response: "Hi", actions: [{ type: "open_map" }], session_id: "s", message_id: "m" }),
    );
    const collector = createWarningCollector();
    const client = createClient({ onWarning: collector.add });
    const context: Record<string, PamContextGroup> = { userLocation: { lat: 1, lng: 2 } };
    expect(await client.chat({ ...HELLO, context })).toMatchObject({
      type: "chat_response",
      response: "Hi",
      message: "Hi",
      error: false,
      ui_actions: [{ type: "open_map" }],
      session_id: "s",
      message_id: "m",
    });
    const [call] = net.calls;
    expect(call?.url).toBe("https://pam.test/api/v1/pam/chat");
    expect(call?.init).toMatchObject({
      method: "POST",
      headers: { authorization: "Bearer t-1", "content-type": "application/json" },
    });
    expect(JSON.parse(call?.init.body ?? "")).toEqual({
      ...HELLO,
      type: "chat",
      context: { user_id: USER, user_location: { lat: 1, lng: 2 } },
    });
    expect(collector.groups()).toMatchObject([{ path: "userLocation", count: 1 }]);
    expect(time.pendingTimers).toBe(0);
  });

  test.each([
    ["a text that is empty", { ...HELLO, message: "" }, "invalid-request"],
    ["a context that is a circle", { ...HELLO, context: circle() }, "invalid-request"],
  ])("%s never leaves", async (_title, request, kind) => {
    const error = await failureOf(createClient().chat(request));
    expect([error.kind, error.mayHaveArrived, net.calls]).toEqual([kind, false, []]);
  });
});

function circle(): Record<string, never> {
  const nested: Record<string, unknown> = {};
  nested["again"] = nested;
  return Object.fromEntries([["trip", nested]]) as Record<string, never>;
}

describe("tokens", () => {
  test.each([
    ["none", () => null],
    ["an empty one", () => ""],
    [
      "a failure",
      () => {
        throw new Error("offline");
      },
    ],
  ] satisfies [string, GetToken][])(
    "without a token, %s, nothing is sent",
    async (_title, getToken) => {
      const error = await failureOf(createClient({ getToken }).chat(HELLO));
      expect([error.kind, error.mayHaveArrived, net.calls.length]).toEqual(["no-token", false, 0]);
    },
  );

  test("a 401 is asked again once, with another token", async () => {
    const asked: unknown[] = [];
    const tokens = ["t-1", "t-2"];
    const getToken: GetToken = ({ refusedToken }) => {
      asked.push(refusedToken);
      return tokens.shift();
    };
    net.script(json({ detail: "Token expired - please refresh" }, 401), said("Hi"));
    expect(await createClient({ getToken }).chat(HELLO)).toMatchObject({ response: "Hi" });
    expect(asked).toEqual([undefined, "t-1"]);
    expect(net.calls.map(({ init }) => init.headers["authorization"])).toEqual([
      "Bearer t-1",
      "Bearer t-2",
    ]);
  });

  test("a 401 stands where there is no other token, and where the other is refused too", async () => {
    net.script(json({ detail: "Token expired - please refresh" }, 401));
    const same = await failureOf(createClient().chat(HELLO));
    expect(same.failure).toMatchObject({
      kind: "unauthorized",
      status: 401,
      detail: "Token expired - please refresh",
    });
    expect(net.calls).toHaveLength(1);

    let count = 0;
    const getToken: GetToken = () => `t-${(count += 1)}`;
    net.script(json({ detail: "no" }, 401), json({ detail: "no" }, 401), said("too late"));
    expect((await failureOf(createClient({ getToken }).chat(HELLO))).kind).toBe("unauthorized");
    expect(net.calls).toHaveLength(3);
  });

  test("health asks for none, and speech goes without where there is none", async () => {
    const client = createClient({ getToken: () => undefined });
    net.script(
      json({ status: "healthy", service: "PAM", timestamp: "2026-11-22T00:00:00" }),
      json({ audio: null, text: "Hello" }),
    );
    expect(await client.health()).toMatchObject({ status: "healthy" });
    expect(await client.voice({ text: "Hello" })).toEqual({ kind: "text", text: "Hello" });
    expect(net.calls.map(({ init }) => "authorization" in init.headers)).toEqual([false, false]);
  });
});

describe("failures have a kind", () => {
  const limit = { detail: { message: "Too many", rate_limit_info: { reset_in_seconds: 7 } } };

  test.each([
    ["forbidden", false, json({ detail: "Access denied" }, 403)],
    ["rejected", false, json({ detail: [{ msg: "Field required" }] }, 422)],
    ["rejected", true, json({ detail: "Failed to record" }, 400)],
    ["rate-limited", false, json(limit, 429)],
    ["server-failed", true, json({ error: "Internal server error" }, 500)],
    ["server-failed", true, json({ detail: "Too slow" }, 408)],
    ["server-failed", true, new Response("<html>", { status: 502 })],
    ["unreadable-answer", true, new Response("<html>", { status: 200 })],
    ["unreadable-answer", true, json({})],
    ["unreadable-answer", true, new Response(null, { status: 307 })],
  ])("%s, and may have arrived: %s (%#)", async (kind, mayHaveArrived, response) => {
    net.script(response);
    const error = await failureOf(createClient().chat(HELLO));
    expect([error.kind, error.mayHaveArrived]).toEqual([kind, mayHaveArrived]);
    expect(time.pendingTimers).toBe(0);
  });

  test("the legacy's own words and body come with them", async () => {
    net.script(json(limit, 429));
    const error = await failureOf(createClient().chat(HELLO));
    expect(error.failure).toEqual({
      kind: "rate-limited",
      status: 429,
      errorCode: undefined,
      detail: "Too many",
      body: limit,
      retryAfterMs: 7000,
    });
    expect(error.retryAfterMs).toBe(7000);
    expect(error.message).toBe("Cannot get an answer: rate-limited: 429 Too many");
  });

  test.each([
    [{ "retry-after": "3" }, 3000],
    [{ "retry-after": "Sun, 22 Nov 2026 00:00:10 GMT" }, 10_000],
    [{ "retry-after": "soon" }, 7000],
  ])("the header %j says to wait %i ms", async (headers, waitMs) => {
    net.script(json(limit, 429, headers));
    expect((await failureOf(createClient().chat(HELLO))).retryAfterMs).toBe(waitMs);
  });

  test("a network that fails may have carried the question all the same", async () => {
    const cause = new TypeError("fetch failed");
    net.script(async () => Promise.reject(cause));
    const error = await failureOf(createClient().chat(HELLO));
    expect([error.kind, error.mayHaveArrived, error.cause]).toEqual(["unreachable", true, cause]);
  });

  test("an answer longer than any is not read to its end", async () => {
    let pulls = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls += 1;
        controller.enqueue(new Uint8Array(8 * 1024 * 1024));
      },
    });
    net.script(new Response(endless));
    expect((await failureOf(createClient().chat(HELLO))).kind).toBe("unreadable-answer");
    expect(pulls).toBeLessThan(10);
  });
});

const neverComes: GetToken = async () => new Promise(() => {});

describe("time and signals", () => {
  test("a question has 30 s, the rest 10, and less where the caller says so", async () => {
    const client = createClient();
    const chat = failureOf(client.chat(HELLO));
    const health = failureOf(client.health());
    const short = failureOf(client.chat(HELLO, { limitMs: 50 }));
    await Promise.resolve();
    time.advance(50);
    expect((await short).failure).toEqual({ kind: "timed-out", limitMs: 50 });
    time.advance(9_950);
    expect((await health).failure).toEqual({ kind: "timed-out", limitMs: 10_000 });
    time.advance(20_000);
    expect((await chat).failure).toEqual({ kind: "timed-out", limitMs: 30_000 });
    expect((await chat).mayHaveArrived).toBe(true);
  });

  test("a token that does not come takes the call's time, and nothing is sent", async () => {
    const call = failureOf(createClient({ getToken: neverComes }).chat(HELLO));
    time.advance(30_000);
    const error = await call;
    expect([error.kind, error.mayHaveArrived, net.calls]).toEqual(["timed-out", false, []]);
  });

  test("an aborted call rejects with the signal's own reason, before, while and after it is sent", async () => {
    const client = createClient();
    const reason = new Error("The user left");
    await expect(client.chat(HELLO, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(net.calls).toHaveLength(0);

    const controller = new AbortController();
    const call = client.chat(HELLO, { signal: controller.signal });
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(time.pendingTimers).toBe(0);
  });
});

describe("the other routes", () => {
  test("speech is bytes with their type", async () => {
    net.script(json({ audio: [255, 251, 0], duration: 1.5 }), json({ audio: [82, 73, 70, 70] }));
    const client = createClient();
    expect(await client.voice({ text: "Hello" })).toEqual({
      kind: "audio",
      bytes: Uint8Array.of(255, 251, 0),
      mediaType: "audio/mpeg",
      durationMs: 1500,
    });
    expect(await client.voice({ text: "Hello" })).toMatchObject({ mediaType: "audio/wav" });
  });

  test("history, feedback and savings go where their contracts say", async () => {
    const done = { success: true, data: null, message: null, timestamp: "2026-11-22T00:00:00" };
    const client = createClient({ baseUrl: "http://pam.test/prefix/" });
    net.script(
      json({ messages: [], conversation: null, has_more: false, next_cursor: null }),
      json(done),
      json(done),
      json({ success: true, events: [{ id: 1 }], count: 1 }),
      json({ ...done, data: { event_id: "e" } }),
      json({ success: true, message: "Timer dismissed" }),
    );
    await client.history({ limit: 5, conversation_id: null });
    await client.clearHistory();
    await client.feedback({ message_id: "m", rating: 5, feedback_type: "helpful" });
    expect(await client.recentSavings(3)).toEqual([{ id: 1 }]);
    const savings = {
      savings_type: "fuel_optimization",
      predicted_savings: 1,
      actual_savings: 1,
      baseline_cost: 2,
      optimized_cost: 1,
      description: "Fuel",
      verification_method: "user_confirmation",
    };
    expect(await client.recordSavings(savings)).toEqual({ event_id: "e" });
    await client.dismissTimer({ timer_id: "a b", user_id: USER });
    const root = "http://pam.test/prefix/api/v1/pam";
    expect(net.calls.map(({ url, init }) => `${init.method} ${url.replace(root, "")}`)).toEqual([
      "GET /history?limit=5",
      "DELETE /history",
      "POST /feedback",
      "GET /savings/recent?limit=3",
      "POST /savings/record",
      `POST /internal/dismiss-timer?timer_id=a+b&user_id=${USER}`,
    ]);
    expect(net.calls.map(({ init }) => init.headers["authorization"])).toEqual(
      Array.from({ length: 6 }, () => "Bearer t-1"),
    );
  });

  test("a rating that the backend would refuse is not sent", async () => {
    const feedback = { message_id: "m", rating: 6, feedback_type: "helpful" } as const;
    const error = await failureOf(createClient().feedback(feedback));
    expect(error.failure).toMatchObject({ kind: "invalid-request", issues: [{ path: "rating" }] });
    expect(net.calls).toEqual([]);
  });
});

test.each(["", "pam.test", "ftp://pam.test", "ws://pam.test"])("%j is no base URL", (baseUrl) => {
  expect(() => createClient({ baseUrl })).toThrow(TypeError);
});
