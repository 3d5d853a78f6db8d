import { describe, expect, test } from "vitest";

import { toCacheKey } from "#pam/response-cache/cache-key.ts";
import { createResponseCache, type ResponseCache } from "#pam/response-cache/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { createManualClock, type ManualClock } from "#support/manual-clock.ts";
import { createMemorySharedStore, type MemorySharedStore } from "#support/memory-shared-store.ts";

const QUESTION = { userId: "u", message: "Where to?" };
const everything = { owner: undefined, criterion: { kind: "all" } } as const;

interface Setup {
  readonly clock: ManualClock;
  readonly store: MemorySharedStore;
  /** Another instance over the same store at each call. */
  readonly open: () => ResponseCache;
}

function setUp(): Setup {
  const clock = createManualClock();
  const store = createMemorySharedStore(clock);
  const open = (): ResponseCache =>
    createResponseCache({ clock, logger: silentLogger, sharedStore: store });
  return { clock, store, open };
}

const alone = (): ResponseCache =>
  createResponseCache({ clock: createManualClock(), logger: silentLogger });

describe("an answer", () => {
  test("is given again to the user who asked, in whatever case and spacing", async () => {
    const cache = alone();
    await cache.store(QUESTION, '"Tasmania"');
    expect(await cache.read({ userId: "u", message: " where TO? " })).toBe('"Tasmania"');
    expect(await cache.read({ userId: "v", message: "Where to?" })).toBeUndefined();
  });

  test("is not given to another user whose question has the same key", async () => {
    const { open } = setUp();
    const [writer, reader] = [open(), open()];
    const owner = { userId: "a", message: "b:c" };
    const other = { userId: "a:b", message: "c" };
    expect(toCacheKey(owner)).toBe(toCacheKey(other));
    await writer.store(owner, '"secret"');
    const read = [writer, reader].flatMap((cache) => [cache.read(other), cache.read(owner)]);
    expect(await Promise.all(read)).toEqual([undefined, '"secret"', undefined, '"secret"']);
  });

  test("is forgotten when its time is over", async () => {
    const { clock, open } = setUp();
    const [first, second] = [open(), open()];
    await first.store(QUESTION, "1", 60);
    clock.advance(59_000);
    expect(await second.read(QUESTION)).toBe("1");
    clock.advance(1_500);
    expect(await first.read(QUESTION)).toBeUndefined();
    expect(await second.read(QUESTION)).toBeUndefined();
  });

  test("is kept five minutes where nothing else is said", async () => {
    const { clock, open } = setUp();
    const cache = open();
    await cache.store(QUESTION, "1");
    clock.advance(299_000);
    expect(await cache.read(QUESTION)).toBe("1");
    clock.advance(1_500);
    expect(await cache.read(QUESTION)).toBeUndefined();
  });

  test("over 256 KiB is not kept", async () => {
    const cache = alone();
    expect(await cache.storeNew(QUESTION, JSON.stringify("x".repeat(262_145)))).toBe(false);
    expect(await cache.read(QUESTION)).toBeUndefined();
  });

  test("is new only once", async () => {
    const { open } = setUp();
    expect(await open().storeNew(QUESTION, "1")).toBe(true);
    expect(await open().storeNew(QUESTION, "2")).toBe(false);
    expect(await open().read(QUESTION)).toBe("1");
  });
});

describe("the shared level", () => {
  test("lets one instance give what another has kept", async () => {
    const { open } = setUp();
    const long = JSON.stringify("day ".repeat(2_000));
    await open().store(QUESTION, long);
    const second = open();
    expect(await second.read(QUESTION)).toBe(long);
    expect(await second.read(QUESTION)).toBe(long);
    expect(await second.figures()).toMatchObject({ lookups: 2, hits: 2, memoryHits: 1 });
  });

  test("may be out of date in another instance's memory for half a minute at most", async () => {
    const { clock, open } = setUp();
    const [first, second] = [open(), open()];
    await first.store(QUESTION, "1");
    await second.read(QUESTION);
    await first.forget(everything);
    clock.advance(30_001);
    expect(await second.read(QUESTION)).toBeUndefined();
  });

  test("that fails is as if it were empty, and is used again once it works", async () => {
    const { store, open } = setUp();
    const cache = open();
    store.isFailing = true;
    await cache.store(QUESTION, "1");
    expect(await cache.read(QUESTION)).toBe("1");
    expect(await open().read(QUESTION)).toBeUndefined();
    expect(await cache.forget(everything)).toBe(1);
    store.isFailing = false;
    await cache.store(QUESTION, "2");
    expect(await open().read(QUESTION)).toBe("2");
  });

  test("says whether it can be reached", async () => {
    const { store, open } = setUp();
    const cache = open();
    expect((await cache.figures()).isSharedReachable).toBe(true);
    store.isFailing = true;
    expect((await cache.figures()).isSharedReachable).toBe(false);
  });

  test("may still hold an answer whose time is over: it is none", async () => {
    const { clock, store, open } = setUp();
    const key = toCacheKey(QUESTION);
    store.put(key, "1");
    const metadata = { user_id: "u", message: "where to?", expires_at_ms: clock.now() };
    store.put(`${key}:metadata`, JSON.stringify(metadata));
    expect(await open().read(QUESTION)).toBeUndefined();
  });

  test("may hold what another program wrote: it is no answer", async () => {
    const { store, open } = setUp();
    const key = toCacheKey(QUESTION);
    store.put(key, '{"response": "of whom?"}');
    store.put(`${key}:metadata`, "not JSON");
    expect(await open().read(QUESTION)).toBeUndefined();
    expect(await open().forget(everything)).toBe(2);
  });
});

async function filled(): Promise<{ readonly cache: ResponseCache; readonly setup: Setup }> {
  const setup = setUp();
  const cache = setup.open();
  await cache.store({ userId: "u", message: "Fuel near Hobart" }, "1");
  await cache.store({ userId: "u", message: "Camps near Hobart" }, "2");
  await cache.store({ userId: "v", message: "Fuel near Perth" }, "3");
  setup.store.put("session:1", "not ours");
  return { cache, setup };
}

describe("forgetting", () => {
  test("counts memory, the shared value and its metadata", async () => {
    const { cache } = await filled();
    expect(await cache.forget(everything)).toBe(9);
  });

  test("reaches the answers only, and nothing else in the store", async () => {
    const { cache, setup } = await filled();
    await cache.forget({ owner: undefined, criterion: { kind: "key", pattern: "*" } });
    expect(setup.store.keys()).toEqual(["session:1"]);
  });

  test("of one user leaves the others'", async () => {
    const { cache } = await filled();
    expect(await cache.forget({ owner: "u", criterion: { kind: "all" } })).toBe(6);
    expect(await cache.read({ userId: "v", message: "Fuel near Perth" })).toBe("3");
  });

  test("by message takes what was asked like this", async () => {
    const { cache } = await filled();
    const criterion = { kind: "message", pattern: "Fuel" } as const;
    expect(await cache.forget({ owner: "u", criterion })).toBe(3);
    expect(await cache.read({ userId: "u", message: "Camps near Hobart" })).toBe("2");
    expect(await cache.read({ userId: "v", message: "Fuel near Perth" })).toBe("3");
  });

  test("by key takes the answer of that key", async () => {
    const { cache } = await filled();
    const pattern = toCacheKey({ userId: "u", message: "Fuel near Hobart" });
    expect(await cache.forget({ owner: "u", criterion: { kind: "key", pattern } })).toBe(3);
    expect(await cache.forget({ owner: "u", criterion: { kind: "key", pattern } })).toBe(0);
  });
});

describe("the figures", () => {
  test("tell hits from misses, and count what is kept", async () => {
    const cache = alone();
    await cache.read(QUESTION);
    await cache.store(QUESTION, JSON.stringify("day ".repeat(1_000)));
    await cache.read(QUESTION);
    const figures = await cache.figures();
    expect(figures).toMatchObject({
      lookups: 2,
      hits: 1,
      memoryHits: 1,
      stored: 1,
      textBytes: 4_002,
      memoryItems: 1,
      evictions: 0,
      isSharedReachable: false,
    });
    expect(figures.packedBytes).toBeLessThan(200);
    expect(figures.memoryBytes).toBeGreaterThan(figures.packedBytes);
  });

  test("set back are zero, while the answers stay", async () => {
    const cache = createResponseCache({
      clock: createManualClock(),
      logger: silentLogger,
      maxItems: 1,
    });
    await cache.store(QUESTION, "1");
    await cache.store({ userId: "u", message: "other" }, "2");
    expect((await cache.figures()).evictions).toBe(1);
    cache.resetFigures();
    expect(await cache.figures()).toMatchObject({
      lookups: 0,
      stored: 0,
      evictions: 0,
      memoryItems: 1,
    });
  });
});
