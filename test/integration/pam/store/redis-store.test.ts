import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import {
  createProcessMemory,
  createSelectedStore,
  InMemoryPamInstanceStore,
  RedisPamInstanceStore,
  showStoreHealth,
  usesSharedStore,
  type HistoryMessage,
} from "#pam/store/index.ts";
import { LEASE_MS } from "#pam/store/redis/shared-turns.ts";
import { systemClock } from "#platform/clock.ts";
import { createLogger, silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createRedis, type Redis } from "#platform/redis/index.ts";
import { createFakeFlags } from "#support/fake-flags.ts";
import { describeInstanceStore, readTexts, takeTurn } from "#support/instance-store-suite.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { createManualTime } from "#support/manual-scheduler.ts";
import { ageKeys } from "#support/redis-keys.ts";
import { redisProblem, startRedis, type RedisServer } from "#support/redis-server.ts";
import { isSkipped } from "#support/services.ts";
import { until } from "#support/until.ts";

const { signal } = new AbortController();
const says = (text: string): HistoryMessage => ({ role: "user", text });

describe.skipIf(isSkipped("Redis", redisProblem()))("in Redis", () => {
  let server: RedisServer;
  /** The tests' own look at what is in the server. */
  let redis: Redis;
  const opened: AsyncDisposable[] = [];

  const connect = (): Redis => {
    const connection = createRedis({
      url: server.url,
      clock: systemClock,
      logger: silentLogger,
      metrics: createMetrics({ version: "0.0.0" }),
    });
    opened.push({ [Symbol.asyncDispose]: async () => connection.close() });
    return connection;
  };

  /** A store as another process would have it: with a connection and a memory of its own. */
  function openStore(options: { prefix?: string } = {}): RedisPamInstanceStore {
    return new RedisPamInstanceStore({ redis: connect(), logger: silentLogger, ...options });
  }

  /** The line of one process, which a test can cut. */
  function connectCuttable(): { line: Redis; cut: (isCut: boolean) => void } {
    const connection = connect();
    let isCut = false;
    return {
      line: {
        ...connection,
        async run(script, keys, args) {
          if (isCut) throw new Error("cut off");
          return connection.run(script, keys, args);
        },
      },
      cut(value) {
        isCut = value;
      },
    };
  }

  const textsIn = async (key: string): Promise<string[]> =>
    z.array(z.string()).parse(await redis.command("LRANGE", key, 0, -1));

  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(async () => {
    redis = connect();
    await redis.command("FLUSHALL");
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (resource) => resource[Symbol.asyncDispose]()));
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  describeInstanceStore(async () => {
    await redis.command("FLUSHALL");
    const clock = createManualClock();
    const memory = createProcessMemory({ clock });
    const store = new RedisPamInstanceStore({ redis, logger: silentLogger, memory });
    return {
      store,
      async advance(ms) {
        clock.advance(ms);
        await ageKeys(redis, ms);
      },
      [Symbol.asyncDispose]: async () => store.close(),
    };
  });

  describe("two processes", () => {
    test("see what the other keeps", async () => {
      const [one, other] = [openStore(), openStore()];
      await one.update("u1", { language: "es" });
      await takeTurn(one, "u1", [says("1")]);
      await takeTurn(other, "u1", [says("2")]);
      await other.update("u1", { lastActivityMs: 5 });
      expect((await one.read("u1")).state).toEqual({ language: "es", lastActivityMs: 5 });
      expect(await readTexts(one, "u1")).toEqual(["1", "2"]);
      await one.forget("u1");
      expect(await other.read("u1")).toEqual({ state: {}, history: [] });
    });

    test("cannot both have what waits for a yes", async () => {
      const [one, other] = [openStore(), openStore()];
      const pending = { conversation: "c", askedAtMs: 5, calls: ["a"] };
      await one.update("u1", { pending });
      expect((await other.read("u1")).state.pending).toEqual(pending);
      const taken = await Promise.all([one.takePending("u1"), other.takePending("u1")]);
      expect(taken.filter((each) => each !== undefined)).toEqual([pending]);
      expect((await one.read("u1")).state).toEqual({});
      expect((await other.read("u1")).state).toEqual({});
    });

    test("never run a turn of one user at once", async () => {
      const stores = [openStore(), openStore(), openStore()];
      let running = 0;
      await Promise.all(
        stores.flatMap((store, process) =>
          Array.from({ length: 4 }, async (_, turn) => {
            await using lease = await store.beginTurn({ userId: "u1" }, signal);
            running += 1;
            expect(running).toBe(1);
            await store.append(lease, [says(`q${process}${turn}`), says(`a${process}${turn}`)]);
            running -= 1;
          }),
        ),
      );
      const texts = await readTexts(openStore(), "u1");
      expect(texts).toHaveLength(20);
      const pairs = texts.flatMap((text, at) => (at % 2 === 0 ? [`${text} ${texts[at + 1]}`] : []));
      expect(pairs.every((pair) => /^q(\d\d) a\1$/u.test(pair))).toBe(true);
    });

    test("do not wait for ever for one that died in its turn", async () => {
      const [dead, alive] = [openStore(), openStore()];
      await dead.beginTurn({ userId: "u1" }, signal);
      const waiting = alive.beginTurn({ userId: "u1" }, signal);
      await ageKeys(redis, LEASE_MS);
      await using lease = await waiting;
      expect(lease.fence).toBe(2);
    });

    test("let one go that waits for the other's turn no longer", async () => {
      const [one, other] = [openStore(), openStore()];
      const lease = await one.beginTurn({ userId: "u1" }, signal);
      const caller = new AbortController();
      const waiting = other.beginTurn({ userId: "u1" }, caller.signal);
      const behind = other.beginTurn({ userId: "u1" }, signal);
      await other.read("u1");
      caller.abort(new Error("gone"));
      await expect(waiting).rejects.toThrow("gone");
      await lease[Symbol.asyncDispose]();
      await (await behind)[Symbol.asyncDispose]();
    });

    test("keep a turn that is over from writing into the next one", async () => {
      const late = new RedisPamInstanceStore({
        redis: connect(),
        logger: silentLogger,
        // Its timers stand still, as in a process that is stopped.
        scheduler: createManualTime().scheduler,
      });
      const next = openStore();
      const lease = await late.beginTurn({ userId: "u1" }, signal);
      await ageKeys(redis, LEASE_MS);
      await takeTurn(next, "u1", [says("next")]);
      expect(await late.append(lease, [says("late"), says("too late")])).toBe("superseded");
      expect(await readTexts(late, "u1")).toEqual(["next"]);
      expect(await readTexts(next, "u1")).toEqual(["next"]);
      await lease[Symbol.asyncDispose]();
      expect(await takeTurn(late, "u1", [says("again")])).toBe("kept");
    });

    test("are told when a turn is theirs no more", async () => {
      const time = createManualTime();
      const late = new RedisPamInstanceStore({
        redis: connect(),
        logger: silentLogger,
        scheduler: time.scheduler,
      });
      await using lease = await late.beginTurn({ userId: "u1" }, signal);
      await ageKeys(redis, LEASE_MS);
      await using next = await openStore().beginTurn({ userId: "u1" }, signal);
      time.advance(3_000);
      await until(() => lease.signal.aborted);
      expect(next.fence).toBe(2);
      expect(String(lease.signal.reason)).toContain("another process has it");
    });
  });

  test("a turn whose lease ran out is lost as soon as another has been, though it is over", async () => {
    const time = createManualTime();
    const late = new RedisPamInstanceStore({
      redis: connect(),
      logger: silentLogger,
      scheduler: time.scheduler,
    });
    await using lease = await late.beginTurn({ userId: "u1" }, signal);
    await ageKeys(redis, LEASE_MS);
    await takeTurn(openStore(), "u1", [says("next")]);
    time.advance(3_000);
    await until(() => lease.signal.aborted);
    expect(await late.append(lease, [says("late")])).toBe("superseded");
  });

  describe("a process that is cut off from Redis while others are not", () => {
    test("gives nothing to a yes that another may have had, and what it asked itself meanwhile", async () => {
      const { line, cut } = connectCuttable();
      const store = new RedisPamInstanceStore({ redis: line, logger: silentLogger });
      const pending = { conversation: "c", askedAtMs: 5, calls: ["a"] };
      await store.update("u1", { pending });
      cut(true);
      expect((await store.read("u1")).state.pending).toEqual(pending);
      expect(await store.takePending("u1")).toBeUndefined();
      await store.update("u1", { pending });
      expect(await store.takePending("u1")).toEqual(pending);
      expect(await store.takePending("u1")).toBeUndefined();
      cut(false);
      expect((await store.read("u1")).state).toEqual({});
      expect(await openStore().takePending("u1")).toBeUndefined();
    });

    test("keeps what was said in its turn, though others had turns meanwhile", async () => {
      const { line, cut } = connectCuttable();
      const store = new RedisPamInstanceStore({ redis: line, logger: silentLogger });
      {
        await using lease = await store.beginTurn({ userId: "u1" }, signal);
        cut(true);
        await ageKeys(redis, LEASE_MS);
        await takeTurn(openStore(), "u1", [says("theirs")]);
        expect(await store.append(lease, [says("mine")])).toBe("kept");
      }
      cut(false);
      expect(await readTexts(store, "u1")).toEqual(["theirs", "mine"]);
      expect(await readTexts(openStore(), "u1")).toEqual(["theirs", "mine"]);
    });

    test("does not have in hand what was superseded before", async () => {
      const { line, cut } = connectCuttable();
      const store = new RedisPamInstanceStore({
        redis: line,
        logger: silentLogger,
        scheduler: createManualTime().scheduler,
      });
      await using lease = await store.beginTurn({ userId: "u1" }, signal);
      await store.append(lease, [says("early")]);
      await ageKeys(redis, LEASE_MS);
      await takeTurn(openStore(), "u1", [says("theirs")]);
      expect(await store.append(lease, [says("late")])).toBe("superseded");
      cut(true);
      expect(await readTexts(store, "u1")).toEqual(["early"]);
    });
  });

  describe("a turn that takes long", () => {
    test("keeps its lease", async () => {
      const time = createManualTime();
      const store = new RedisPamInstanceStore({
        redis: connect(),
        logger: silentLogger,
        scheduler: time.scheduler,
      });
      await using lease = await store.beginTurn({ userId: "u1" }, signal);
      for (let renewal = 0; renewal < 5; renewal += 1) {
        // oxlint-disable-next-line no-await-in-loop -- time passes step by step
        await ageKeys(redis, 3_000);
        time.advance(3_000);
        // oxlint-disable-next-line no-await-in-loop -- time passes step by step
        await until(async () => Number(await redis.command("PTTL", "banyan:pam:turn:u1")) > 9_000);
      }
      expect(lease.signal.aborted).toBe(false);
    });

    test("gets its lease back where it ran out and nobody came, or the server lost it", async () => {
      const time = createManualTime();
      const store = new RedisPamInstanceStore({
        redis: connect(),
        logger: silentLogger,
        scheduler: time.scheduler,
      });
      await using lease = await store.beginTurn({ userId: "u1" }, signal);
      await redis.command("FLUSHALL");
      time.advance(3_000);
      await until(async () => (await redis.command("GET", "banyan:pam:turn:u1")) === "1");
      expect(lease.signal.aborted).toBe(false);
      expect(await store.append(lease, [says("kept")])).toBe("kept");
    });
  });

  describe("while Redis is away", () => {
    test("turns go on with what is in hand, and it is written back", async () => {
      const lines: string[] = [];
      const metrics = createMetrics({ version: "0.0.0" });
      const store = new RedisPamInstanceStore({
        redis: connect(),
        logger: createLogger({ level: "info", write: (line) => void lines.push(line) }),
      });
      showStoreHealth(store, metrics);
      await store.update("u1", { language: "es" });
      await takeTurn(store, "u1", [says("before")]);
      await server.kill();

      expect(await takeTurn(store, "u1", [says("meanwhile"), says("too")])).toBe("kept");
      await takeTurn(store, "u2", [says("new")]);
      await store.update("u1", { lastActivityMs: 7 });
      expect(await readTexts(store, "u1")).toEqual(["before", "meanwhile", "too"]);
      expect((await store.read("u1")).state).toEqual({ language: "es", lastActivityMs: 7 });
      expect(store.health()).toEqual({
        isDegraded: true,
        unsavedUsers: 2,
        problem: expect.any(String),
      });
      expect(await metrics.render()).toContain("banyan_pam_store_degraded 1");

      await server.restart();
      await until(() => store.health().unsavedUsers === 0);
      expect(store.health()).toEqual({ isDegraded: false, unsavedUsers: 0, problem: undefined });
      expect(await metrics.render()).toContain("banyan_pam_store_degraded 0");
      const other = openStore();
      expect(await readTexts(other, "u1")).toEqual(["meanwhile", "too"]);
      expect((await other.read("u1")).state).toEqual({ lastActivityMs: 7 });
      expect(await readTexts(other, "u2")).toEqual(["new"]);
      expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
        "Turns work without the shared store",
        "Turns use the shared store again",
      ]);
    });

    test("a turn that began before ends, and keeps what was said", async () => {
      const store = openStore();
      {
        await using lease = await store.beginTurn({ userId: "u1" }, signal);
        expect(lease.fence).toBe(1);
        await server.kill();
        expect(await store.append(lease, [says("hello")])).toBe("kept");
      }
      await server.restart();
      await until(() => store.health().unsavedUsers === 0);
      expect(await readTexts(openStore(), "u1")).toEqual(["hello"]);
    });

    test("a user who is forgotten meanwhile is forgotten when it is back", async () => {
      const store = openStore();
      await takeTurn(store, "u1", [says("secret")]);
      await store.update("u1", { language: "es" });
      server.freeze();
      await store.forget("u1");
      expect(await store.read("u1")).toEqual({ state: {}, history: [] });
      server.thaw();
      await until(() => store.health().unsavedUsers === 0);
      expect(await openStore().read("u1")).toEqual({ state: {}, history: [] });
    });

    test("turns of one user still follow one another in this process", async () => {
      const store = openStore();
      await server.kill();
      let running = 0;
      await Promise.all(
        Array.from({ length: 5 }, async (_, turn) => {
          await using lease = await store.beginTurn({ userId: "u1" }, signal);
          running += 1;
          expect([running, lease.fence]).toEqual([1, 0]);
          await store.append(lease, [says(String(turn))]);
          running -= 1;
        }),
      );
      await server.restart();
    });
  });

  test("a save whose answer was lost is repeated, and still made once", async () => {
    const store = openStore();
    await using lease = await store.beginTurn({ userId: "u1" }, signal);
    server.freeze();
    // The command waits in the server's socket: it is carried out when the server goes on.
    expect(await store.append(lease, [says("once"), says("only")])).toBe("kept");
    expect(store.health()).toMatchObject({ isDegraded: true, unsavedUsers: 1 });
    server.thaw();
    await until(() => store.health().unsavedUsers === 0);
    expect(await textsIn("banyan:pam:hist:u1")).toHaveLength(2);
    expect(await readTexts(store, "u1")).toEqual(["once", "only"]);
  });

  describe("values of other builds", () => {
    test("fields that this one does not know are left as they are", async () => {
      await redis.command(
        "HSET",
        "banyan:pam:state:u1",
        "v",
        "9",
        "mood",
        "fine",
        "language",
        "es",
      );
      const store = openStore();
      expect((await store.read("u1")).state).toEqual({ language: "es" });
      await store.update("u1", { language: "fr" });
      expect(await redis.command("HGET", "banyan:pam:state:u1", "mood")).toBe("fine");
    });

    test("messages that this one cannot read are passed over and kept", async () => {
      const picture = '{"v":9,"role":"picture","id":"m0","atMs":1,"url":"x"}';
      const newer = '{"v":9,"role":"user","id":"m1","atMs":2,"text":"hi","mood":"fine"}';
      await redis.command("RPUSH", "banyan:pam:hist:u1", picture, newer, "no JSON");
      const store = openStore();
      expect(await readTexts(store, "u1")).toEqual(["hi"]);
      await takeTurn(store, "u1", [says("new")]);
      expect((await textsIn("banyan:pam:hist:u1")).slice(0, 3)).toEqual([
        picture,
        newer,
        "no JSON",
      ]);
      expect(await readTexts(store, "u1")).toEqual(["hi", "new"]);
    });

    test("a key of another kind degrades, and is not touched", async () => {
      await redis.command("SET", "banyan:pam:hist:u1", "text");
      const store = openStore();
      await takeTurn(store, "u1", [says("hello")]);
      expect(await readTexts(store, "u1")).toEqual(["hello"]);
      expect(store.health()).toMatchObject({ isDegraded: true, unsavedUsers: 1 });
      expect(await redis.command("GET", "banyan:pam:hist:u1")).toBe("text");
    });
  });

  test("the last activity never goes back", async () => {
    const store = openStore();
    await store.update("u1", { lastActivityMs: 50 });
    await openStore().update("u1", { lastActivityMs: 40, language: "es" });
    expect((await store.read("u1")).state).toEqual({ lastActivityMs: 50, language: "es" });
  });

  test("every key has the prefix and ends by itself", async () => {
    const store = openStore({ prefix: "p:" });
    await using lease = await store.beginTurn({ userId: "u1" }, signal);
    await store.update("u1", { language: "es" });
    await store.append(lease, [says("hello")]);
    const keys = z.array(z.string()).parse(await redis.command("KEYS", "*"));
    expect(keys.toSorted()).toEqual([
      "p:pam:fence:u1",
      "p:pam:hist:u1",
      "p:pam:state:u1",
      "p:pam:turn:u1",
    ]);
    const ends = await Promise.all(keys.map(async (key) => redis.command("PTTL", key)));
    expect(ends.every((ms) => Number(ms) > 0)).toBe(true);
  });

  test("a flag takes Redis out of use and back in the middle of a conversation", async () => {
    const flags = createFakeFlags();
    const memory = createProcessMemory();
    const store = createSelectedStore({
      inMemory: new InMemoryPamInstanceStore({ memory }),
      shared: new RedisPamInstanceStore({ redis: connect(), logger: silentLogger, memory }),
      usesShared: usesSharedStore(flags),
    });
    await takeTurn(store, "u1", [says("in memory")]);
    expect(await redis.command("DBSIZE")).toBe(0);
    flags.turn("pam.store.redis", "on");
    await takeTurn(store, "u1", [says("in Redis")]);
    expect(await readTexts(openStore(), "u1")).toEqual(["in memory", "in Redis"]);
    flags.turn("pam.store.redis", "off");
    await takeTurn(store, "u1", [says("rolled back")]);
    expect(await readTexts(store, "u1")).toEqual(["in memory", "in Redis", "rolled back"]);
    expect(await readTexts(openStore(), "u1")).toEqual(["in memory", "in Redis"]);
    flags.turn("pam.store.redis", "on");
    expect(await readTexts(store, "u1")).toEqual(["in memory", "in Redis", "rolled back"]);
    expect(await readTexts(openStore(), "u1")).toEqual(["in memory", "in Redis", "rolled back"]);
    await store.close();
  });
});
