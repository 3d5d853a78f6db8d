import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createResponseCache, type ResponseCache } from "#pam/response-cache/index.ts";
import { systemClock } from "#platform/clock.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMemorySharedStore, type MemorySharedStore } from "#support/memory-shared-store.ts";
import { type Call, createCaller } from "#support/native-caller.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";

const USER = { sub: "11111111-1111-4111-8111-111111111111" };
const OTHER = { sub: "22222222-2222-4222-8222-222222222222" };
const ADMIN = { sub: "99999999-9999-4999-8999-999999999999", role: "admin" };
const WOMBATS = "Where do wombats live?";

let listener: TestListener;
let store: MemorySharedStore;
let cache: ResponseCache;
let call: Call;

beforeEach(async () => {
  store = createMemorySharedStore(systemClock);
  cache = createResponseCache({ clock: systemClock, logger: silentLogger, sharedStore: store });
  listener = await startTestListener({
    // Nothing is there: whatever is not native fails.
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.cache": "on" },
    dependencies: { responseCache: cache },
  });
  call = createCaller(listener);
});
afterEach(async () => {
  await listener[Symbol.asyncDispose]();
});

const item = (userId: string, message = WOMBATS): object => ({
  user_id: userId,
  message,
  response: { text: "In Tasmania" },
});

const countOf = async (path: string, claims: object): Promise<unknown> =>
  (await call("POST", path, { claims: { ...claims } })).body["invalidated_count"];

describe("warming", () => {
  test("keeps what the assistant then finds, as JSON", async () => {
    const { body } = await call("POST", "/cache/warm", { claims: USER, body: [item(USER.sub)] });
    expect(body).toMatchObject({ success: true, warmed_count: 1, requested_count: 1 });
    expect(await cache.read({ userId: USER.sub, message: WOMBATS })).toBe('{"text":"In Tasmania"}');
  });

  test("another user's answers is refused, and nothing of the batch is kept", async () => {
    const answer = await call("POST", "/cache/warm", {
      claims: OTHER,
      body: [item(OTHER.sub), item(USER.sub)],
    });
    expect(answer.status).toBe(403);
    expect(store.keys()).toEqual([]);
  });

  test.each(["admin", "service_role"])("another user's answers is allowed to %s", async (role) => {
    const claims = { ...ADMIN, role };
    expect(await call("POST", "/cache/warm", { claims, body: [item(USER.sub)] })).toMatchObject({
      status: 200,
      body: { warmed_count: 1 },
    });
  });

  test("keeps an item for its own time, and none without an answer", async () => {
    const body = [
      { ...item(USER.sub), ttl: 60 },
      { user_id: USER.sub, message: "And koalas?" },
      { user_id: "somebody else", message: "And koalas?", response: null },
    ];
    const answer = await call("POST", "/cache/warm", { claims: USER, body });
    expect(answer.body).toMatchObject({ warmed_count: 1, requested_count: 3 });
  });

  test("names what an item lacks", async () => {
    for (const wrong of [{ user_id: "u" }, { message: "m" }, { message: 5, user_id: "u" }]) {
      // oxlint-disable-next-line no-await-in-loop -- there are three
      expect(await call("POST", "/cache/warm", { claims: USER, body: [wrong] })).toEqual({
        status: 400,
        body: { detail: "Each query must have 'message' and 'user_id' fields" },
      });
    }
  });

  test("takes no more than memory holds", async () => {
    const body = Array.from({ length: 1_001 }, (_, number) => item(USER.sub, String(number)));
    expect((await call("POST", "/cache/warm", { claims: USER, body })).status).toBe(400);
  });

  test("malformed JSON is told before a missing token, a wrong field after it", async () => {
    expect((await call("POST", "/cache/warm", { text: "[" })).status).toBe(422);
    expect((await call("POST", "/cache/warm", { body: ["x"] })).status).toBe(401);
    expect((await call("POST", "/cache/warm", { claims: USER, body: ["x"] })).status).toBe(422);
  });
});

describe("invalidating", () => {
  beforeEach(async () => {
    store.put("session:1", "not ours");
    await cache.store({ userId: USER.sub, message: WOMBATS }, "1");
    await cache.store({ userId: USER.sub, message: "And koalas?" }, "2");
    await cache.store({ userId: OTHER.sub, message: WOMBATS }, "3");
  });

  test("forgets the caller's answers on each level, and nobody else's", async () => {
    expect(await countOf("/cache/invalidate", USER)).toBe(6);
    expect(await cache.read({ userId: OTHER.sub, message: WOMBATS })).toBe("3");
  });

  test("forgets everybody's answers for an administrator, and nothing else", async () => {
    expect(await countOf("/cache/invalidate?pattern=*", ADMIN)).toBe(9);
    expect(store.keys()).toEqual(["session:1"]);
  });

  test("by user finds the caller's, for an administrator anybody's, and else none", async () => {
    expect(await countOf(`/cache/invalidate?user_id=${OTHER.sub}`, USER)).toBe(0);
    expect(await countOf(`/cache/invalidate?user_id=${OTHER.sub}`, ADMIN)).toBe(3);
    expect(await countOf(`/cache/invalidate?user_id=${USER.sub}`, USER)).toBe(6);
  });

  test("by message finds the words", async () => {
    expect(await countOf("/cache/invalidate?message_pattern=wombats", USER)).toBe(3);
    expect(await cache.read({ userId: USER.sub, message: "And koalas?" })).toBe("2");
  });

  test("takes the first parameter that says something", async () => {
    const query = `pattern=&user_id=${USER.sub}&message_pattern=nothing+like+it`;
    expect(await countOf(`/cache/invalidate?${query}`, USER)).toBe(6);
    expect(await countOf(`/cache/invalidate?pattern=none&user_id=${OTHER.sub}`, ADMIN)).toBe(0);
  });

  test("with a pattern that would keep a backtracking matcher busy answers at once", async () => {
    const pattern = encodeURIComponent("*a".repeat(1_000));
    expect(await countOf(`/cache/invalidate?pattern=${pattern}`, ADMIN)).toBe(0);
  });
});

describe("clearing", () => {
  beforeEach(async () => {
    store.put("session:1", "not ours");
    await cache.store({ userId: USER.sub, message: WOMBATS }, "1");
    await cache.store({ userId: OTHER.sub, message: WOMBATS }, "2");
    await cache.read({ userId: USER.sub, message: WOMBATS });
  });

  test("wants to be confirmed", async () => {
    expect((await call("POST", "/cache/clear", { claims: ADMIN })).status).toBe(400);
    expect(await cache.read({ userId: USER.sub, message: WOMBATS })).toBe("1");
  });

  test("by a user leaves others' answers and the counters", async () => {
    const { body } = await call("POST", "/cache/clear?confirm=true", { claims: USER });
    expect(body).toMatchObject({ scope: "own", cleared_count: 3 });
    expect((await cache.figures()).hits).toBe(1);
    expect(await cache.read({ userId: OTHER.sub, message: WOMBATS })).toBe("2");
  });

  test("by an administrator leaves nothing of the cache and all else", async () => {
    const { body } = await call("POST", "/cache/clear?confirm=true", { claims: ADMIN });
    expect(body).toMatchObject({ scope: "all", cleared_count: 6 });
    expect(store.keys()).toEqual(["session:1"]);
    expect(await cache.figures()).toMatchObject({ hits: 0, lookups: 0, memoryItems: 0 });
  });
});

describe("the reports", () => {
  test("count what the assistant found", async () => {
    const question = { userId: USER.sub, message: WOMBATS };
    await cache.read(question);
    await cache.store(question, "1");
    await cache.read(question);
    await cache.read(question);
    const status = await call("GET", "/cache/status", { claims: USER });
    expect(status.body).toMatchObject({
      performance: {
        hit_rate: "66.67%",
        memory_hit_rate: "66.67%",
        total_requests: 3,
        hits: 2,
        misses: 1,
      },
      cache_levels: { memory_items: 1, redis_connected: true },
      efficiency: { evictions: 0, compression_ratio: 0, avg_response_size: 1 },
    });
    const analytics = await call("GET", "/cache/analytics?hours=3", { claims: USER });
    expect(analytics.body).toMatchObject({
      analysis_period_hours: 3,
      cost_analysis: { estimated_api_calls_saved: 2, estimated_latency_saved_seconds: 3 },
      performance_indicators: { cache_effectiveness: "good", memory_cache_effectiveness: "good" },
    });
  });

  test("say that Redis is not there where it is not", async () => {
    store.isFailing = true;
    const { body } = await call("GET", "/cache/status", { claims: USER });
    expect(body).toMatchObject({ cache_levels: { redis_connected: false } });
  });
});
