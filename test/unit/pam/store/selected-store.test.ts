import { expect, test } from "vitest";

import {
  createSelectedStore,
  InMemoryPamInstanceStore,
  usesSharedStore,
  type PamInstanceStore,
} from "#pam/store/index.ts";
import { createFakeFlags } from "#support/fake-flags.ts";
import { readTexts, takeTurn } from "#support/instance-store-suite.ts";

const FLAG = "pam.store.redis";
const { signal } = new AbortController();

function createFixture() {
  const flags = createFakeFlags();
  const inMemory = new InMemoryPamInstanceStore();
  const shared = new InMemoryPamInstanceStore();
  const store: PamInstanceStore = createSelectedStore({
    inMemory,
    shared,
    usesShared: usesSharedStore(flags),
  });
  return { flags, inMemory, shared, store };
}

test("nothing goes to the shared store until its flag is on", async () => {
  const { shared, inMemory, store } = createFixture();
  await takeTurn(store, "u1", [{ role: "user", text: "hello" }]);
  await store.update("u1", { language: "es" });
  expect(await readTexts(inMemory, "u1")).toEqual(["hello"]);
  expect(await shared.read("u1")).toEqual({ state: {}, history: [] });
});

test("each call follows the flag as it stands", async () => {
  const { flags, shared, inMemory, store } = createFixture();
  flags.turn(FLAG, "on");
  await store.update("u1", { language: "es" });
  flags.turn(FLAG, "off");
  await store.update("u1", { language: "fr" });
  expect([
    (await shared.read("u1")).state.language,
    (await inMemory.read("u1")).state.language,
  ]).toEqual(["es", "fr"]);
  await store.forget("u1");
  expect((await inMemory.read("u1")).state).toEqual({});
});

test("a turn ends in the store in which it began", async () => {
  const { flags, shared, inMemory, store } = createFixture();
  flags.turn(FLAG, "on");
  {
    await using lease = await store.beginTurn({ userId: "u1" }, signal);
    flags.turn(FLAG, "off");
    await store.append(lease, [{ role: "user", text: "hello" }]);
  }
  expect([await readTexts(shared, "u1"), await readTexts(inMemory, "u1")]).toEqual([["hello"], []]);
});

test("the flag can be on for some users", async () => {
  const { flags, shared, store } = createFixture();
  flags.roll(FLAG, 50);
  const users = Array.from({ length: 40 }, (_, at) => `u${at}`);
  await Promise.all(users.map(async (user) => store.update(user, { language: "es" })));
  const kept = await Promise.all(users.map(async (user) => shared.read(user)));
  const count = kept.filter(({ state }) => state.language === "es").length;
  expect(count).toBeGreaterThan(5);
  expect(count).toBeLessThan(35);
});

test("its health is the shared store's", async () => {
  const { store } = createFixture();
  expect(store.health()).toEqual({ isDegraded: false, unsavedUsers: 0, problem: undefined });
  await store.close();
});

test("a lease of another store's turn is taken by the flag", async () => {
  const { inMemory, store } = createFixture();
  await using lease = await inMemory.beginTurn({ userId: "u1" }, signal);
  await store.append(lease, [{ role: "user", text: "hello" }]);
  expect(await readTexts(inMemory, "u1")).toEqual(["hello"]);
});
