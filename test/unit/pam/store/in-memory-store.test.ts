import { describe, expect, test } from "vitest";

import { createProcessMemory, InMemoryPamInstanceStore } from "#pam/store/index.ts";
import { describeInstanceStore, readTexts, takeTurn } from "#support/instance-store-suite.ts";
import { createManualClock } from "#support/manual-clock.ts";

describe("in memory", () => {
  describeInstanceStore(async () => {
    const clock = createManualClock();
    const store = new InMemoryPamInstanceStore({ memory: createProcessMemory({ clock }) });
    return {
      store,
      advance: async (ms) => clock.advance(ms),
      [Symbol.asyncDispose]: async () => store.close(),
    };
  });

  test("it needs nothing to be made", async () => {
    const store = new InMemoryPamInstanceStore();
    await takeTurn(store, "u1", [{ role: "user", text: "hello" }]);
    expect(await readTexts(store, "u1")).toEqual(["hello"]);
  });

  test("no more than 10000 users are remembered: who was away for longest goes", async () => {
    const store = new InMemoryPamInstanceStore();
    await store.update("first", { language: "es" });
    await store.update("second", { language: "fr" });
    await store.read("first");
    for (let user = 0; user < 9_999; user += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await store.update(`u${user}`, { language: "en" });
    }
    expect((await store.read("first")).state).toEqual({ language: "es" });
    expect((await store.read("second")).state).toEqual({});
  });
});
