import { expect, test } from "vitest";

import {
  createArchivedStore,
  InMemoryPamInstanceStore,
  type ConversationArchive,
  type HistoryMessage,
  type PamInstanceStore,
} from "#pam/store/index.ts";
import { createLogger } from "#platform/logger.ts";
import { readTexts, takeTurn } from "#support/instance-store-suite.ts";
import { createManualTime, type ManualTime } from "#support/manual-scheduler.ts";

interface Fixture {
  readonly store: PamInstanceStore;
  readonly inner: InMemoryPamInstanceStore;
  readonly recorded: unknown[];
  readonly removed: string[];
  readonly messages: unknown[];
  readonly time: ManualTime;
}

const { signal } = new AbortController();
const says = (text: string): HistoryMessage => ({ role: "user", text });

function createFixture(archive: Partial<ConversationArchive> = {}): Fixture {
  const recorded: unknown[] = [];
  const removed: string[] = [];
  const messages: unknown[] = [];
  const time = createManualTime();
  const inner = new InMemoryPamInstanceStore();
  const write = (line: string): void => {
    messages.push((JSON.parse(line) as { message: unknown }).message);
  };
  const store = createArchivedStore({
    store: inner,
    archive: {
      record: async (turn) => void recorded.push(turn),
      load: async () => [],
      remove: async (userId) => void removed.push(userId),
      ...archive,
    },
    logger: createLogger({ level: "warn", write }),
    clock: time.clock,
    scheduler: time.scheduler,
  });
  return { store, inner, recorded, removed, messages, time };
}

test("what is kept is archived as well, with its session and time", async () => {
  const { store, recorded } = createFixture();
  {
    await using lease = await store.beginTurn({ userId: "u1", sessionId: "s1" }, signal);
    await store.append(lease, [says("hello")]);
  }
  await store.close();
  expect(recorded).toEqual([
    { userId: "u1", sessionId: "s1", messages: [says("hello")], atMs: 1_000_000 },
  ]);
});

test("a user's first turn begins with what the archive has, and does not archive it again", async () => {
  const { store, recorded } = createFixture({
    load: async (userId) => [says(`earlier ${userId}`)],
  });
  await takeTurn(store, "u1", [says("now")]);
  expect(await readTexts(store, "u1")).toEqual(["earlier u1", "now"]);
  await takeTurn(store, "u1", [says("later")]);
  expect(await readTexts(store, "u1")).toEqual(["earlier u1", "now", "later"]);
  await store.close();
  expect(recorded).toHaveLength(2);
});

test("nobody waits for the archive to be written, and its turns keep their order", async () => {
  const gate = Promise.withResolvers<void>();
  const written: unknown[] = [];
  const { store } = createFixture({
    async record({ messages }) {
      await gate.promise;
      written.push(messages);
    },
  });
  await takeTurn(store, "u1", [says("1")]);
  await takeTurn(store, "u1", [says("2")]);
  expect(written).toEqual([]);
  gate.resolve();
  await store.close();
  expect(written).toEqual([[says("1")], [says("2")]]);
});

async function fail(): Promise<never> {
  throw new Error("down");
}

test("an archive that fails is told of, and the turn goes on", async () => {
  const { store, messages } = createFixture({ record: fail, load: fail });
  expect(await takeTurn(store, "u1", [says("hello")])).toBe("kept");
  await store.close();
  expect(await readTexts(store, "u1")).toEqual(["hello"]);
  expect(messages).toEqual(["No archive was read", "A turn was not archived"]);
});

test("an archive that does not answer is not waited for longer than half a second", async () => {
  const asked = Promise.withResolvers<void>();
  const { store, messages, time } = createFixture({
    async load() {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  const turn = takeTurn(store, "u1", [says("hello")]);
  await asked.promise;
  time.advance(500);
  expect(await turn).toBe("kept");
  expect(messages).toEqual(["No archive was read"]);
});

test("beyond a thousand turns that wait the database is not told of more", async () => {
  const gate = Promise.withResolvers<void>();
  let count = 0;
  const { store, messages } = createFixture({
    async record() {
      await gate.promise;
      count += 1;
    },
  });
  for (let turn = 0; turn < 1_001; turn += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    await takeTurn(store, "u1", [says(String(turn))]);
  }
  gate.resolve();
  await store.close();
  expect([count, messages]).toEqual([1_000, ["A turn was not archived"]]);
});

test("a turn that was superseded is not archived", async () => {
  const { recorded, inner } = createFixture();
  const superseding = Object.assign(Object.create(inner) as PamInstanceStore, {
    beginTurn: inner.beginTurn.bind(inner),
    read: inner.read.bind(inner),
    append: async () => "superseded",
  });
  const store = createArchivedStore({
    store: superseding,
    archive: {
      record: async (turn) => void recorded.push(turn),
      load: async () => [],
      remove: async () => {},
    },
    logger: { warn: () => {} },
  });
  expect(await takeTurn(store, "u1", [says("hello")])).toBe("superseded");
  expect(recorded).toEqual([]);
});

test("a user is forgotten in the archive too, and it is told where that fails", async () => {
  const { store, removed } = createFixture();
  await takeTurn(store, "u1", [says("hello")]);
  await store.forget("u1");
  expect([removed, await readTexts(store, "u1")]).toEqual([["u1"], []]);

  const failing = createFixture({ remove: fail });
  await takeTurn(failing.store, "u1", [says("hello")]);
  await expect(failing.store.forget("u1")).rejects.toThrow("down");
});

test("a turn that cannot begin is given back", async () => {
  const { inner } = createFixture();
  let reads = 0;
  const failing = Object.assign(Object.create(inner) as PamInstanceStore, {
    beginTurn: inner.beginTurn.bind(inner),
    append: inner.append.bind(inner),
    async read(userId: string) {
      reads += 1;
      if (reads === 1) throw new Error("broken");
      return inner.read(userId);
    },
  });
  const store = createArchivedStore({
    store: failing,
    archive: { record: async () => {}, load: async () => [], remove: async () => {} },
    logger: { warn: () => {} },
  });
  await expect(takeTurn(store, "u1", [says("hello")])).rejects.toThrow("broken");
  expect(await takeTurn(store, "u1", [says("hello")])).toBe("kept");
});

test("the state is the inner store's, and so is the health", async () => {
  const { store, inner } = createFixture();
  await store.update("u1", { language: "es" });
  expect((await inner.read("u1")).state).toEqual({ language: "es" });
  expect(store.health()).toEqual(inner.health());
});
