import fc from "fast-check";
import { expect, test } from "vitest";

import type { HistoryMessage, PamInstanceStore, TurnLease } from "#pam/store/index.ts";

export interface InstanceStoreFixture extends AsyncDisposable {
  readonly store: PamInstanceStore;
  /** Lets this much time pass for the store. */
  advance(ms: number): Promise<void>;
}

const HOUR_MS = 3_600_000;
const { signal } = new AbortController();

const says = (text: string): HistoryMessage => ({ role: "user", text });
const answers = (text: string): HistoryMessage => ({ role: "assistant", text });

/** One whole turn that leaves these messages. */
export async function takeTurn(
  store: PamInstanceStore,
  userId: string,
  messages: readonly HistoryMessage[],
): Promise<string> {
  await using lease = await store.beginTurn({ userId }, signal);
  return await store.append(lease, messages);
}

/** The history in short: what was said, in order. */
export async function readTexts(store: PamInstanceStore, userId: string): Promise<string[]> {
  const { history } = await store.read(userId);
  return history.map((message) => (message.role === "tool" ? "(results)" : message.text));
}

/** What every store promises, wherever it keeps things. `open` gives one that is empty. */
export function describeInstanceStore(open: () => Promise<InstanceStoreFixture>): void {
  test("a user nobody knows has no state and no history", async () => {
    await using fixture = await open();
    expect(await fixture.store.read("u1")).toEqual({ state: {}, history: [] });
  });

  test("an update sets what it names and leaves the rest", async () => {
    await using fixture = await open();
    const { store } = fixture;
    await store.update("u1", { language: "es", context: { timezone: "Australia/Perth" } });
    await store.update("u1", { lastActivityMs: 1_700_000_000_123 });
    await store.update("u1", { language: "fr" });
    await store.update("u2", { language: "en" });
    const { state } = await store.read("u1");
    expect(state).toEqual({
      language: "fr",
      context: { timezone: "Australia/Perth" },
      lastActivityMs: 1_700_000_000_123,
    });
  });

  test("what waits for a yes is given to one who asks, whoever else does", async () => {
    await using fixture = await open();
    const { store } = fixture;
    const pending = { conversation: null, askedAtMs: 5, calls: ["a", "b"] };
    await store.update("u1", { language: "es", pending });
    expect((await store.read("u1")).state).toEqual({ language: "es", pending });
    expect(await store.takePending("u2")).toBeUndefined();
    const taken = await Promise.all([1, 2, 3].map(async () => store.takePending("u1")));
    expect(taken.filter((each) => each !== undefined)).toEqual([pending]);
    expect((await store.read("u1")).state.pending ?? null).toBeNull();
    await store.update("u1", { pending });
    await store.update("u1", { pending: null });
    expect(await store.takePending("u1")).toBeUndefined();
    expect((await store.read("u1")).state.language).toBe("es");
  });

  test("changes made at once are all kept", async () => {
    await using fixture = await open();
    const { store } = fixture;
    await Promise.all([
      store.update("u1", { language: "es" }),
      store.update("u1", { context: { timezone: "UTC" } }),
      takeTurn(store, "u1", [says("q")]),
      store.update("u1", { lastActivityMs: 9 }),
    ]);
    expect(await store.read("u1")).toMatchObject({
      state: { language: "es", context: { timezone: "UTC" }, lastActivityMs: 9 },
      history: [says("q")],
    });
  });

  test("a context of 16 KB is kept, and a larger one is refused", async () => {
    await using fixture = await open();
    const { store } = fixture;
    const fits = { page: "é".repeat(8_186) };
    await store.update("u1", { context: fits });
    expect((await store.read("u1")).state.context).toEqual(fits);
    await expect(store.update("u1", { context: { page: "é".repeat(8_187) } })).rejects.toThrow(
      RangeError,
    );
  });

  test("messages come back as they went in, with an id and the time", async () => {
    await using fixture = await open();
    const { store } = fixture;
    const messages: readonly HistoryMessage[] = [
      says("¿Qué tal? 😀 \u2028"),
      { role: "assistant", text: "", toolCalls: [{ id: "c1", args: { a: [1, null], b: {} } }] },
      { role: "tool", results: [{ id: "c1", ok: true, list: [] }] },
      answers("done"),
    ];
    expect(await takeTurn(store, "u1", messages)).toBe("kept");
    const { history } = await store.read("u1");
    expect(history).toMatchObject(messages);
    expect(new Set(history.map(({ id }) => id)).size).toBe(4);
    expect(history.every(({ atMs }) => atMs > 0)).toBe(true);
  });

  test("the newest 20 messages are kept, whatever is appended", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.string({ maxLength: 5 }), { maxLength: 24 }), { maxLength: 6 }),
        async (turns) => {
          await using fixture = await open();
          for (const texts of turns) {
            // oxlint-disable-next-line no-await-in-loop -- one turn after the other
            await takeTurn(fixture.store, "u1", texts.map(says));
          }
          expect(await readTexts(fixture.store, "u1")).toEqual(turns.flat().slice(-20));
        },
      ),
      { numRuns: 25 },
    );
  });

  test("a history never begins with results whose calls were cut off", async () => {
    await using fixture = await open();
    const { store } = fixture;
    await takeTurn(store, "u1", [
      says("q"),
      { role: "assistant", text: "", toolCalls: [{ id: "c1" }] },
      { role: "tool", results: [{ id: "c1" }] },
      answers("a"),
      ...Array.from({ length: 18 }, (_, at) => says(String(at))),
    ]);
    expect((await readTexts(store, "u1")).slice(0, 2)).toEqual(["a", "0"]);
  });

  test("turns that come at once follow one another, and their messages stay together", async () => {
    await using fixture = await open();
    const { store } = fixture;
    const running = new Set<number>();
    await Promise.all(
      Array.from({ length: 8 }, async (_, turn) => {
        await using lease = await store.beginTurn({ userId: "u1" }, signal);
        expect(running.size).toBe(0);
        running.add(turn);
        await store.read("u1");
        await store.append(lease, [says(`q${turn}`), answers(`a${turn}`)]);
        running.delete(turn);
      }),
    );
    expect(await readTexts(store, "u1")).toEqual(
      Array.from({ length: 8 }, (_, turn) => [`q${turn}`, `a${turn}`]).flat(),
    );
  });

  test("a turn of one user does not hold up another's", async () => {
    await using fixture = await open();
    await using first = await fixture.store.beginTurn({ userId: "u1", sessionId: "s1" }, signal);
    await using second = await fixture.store.beginTurn({ userId: "u2" }, signal);
    expect([first.sessionId, second.userId]).toEqual(["s1", "u2"]);
  });

  test("whoever stops waiting for a turn gets their own reason back, and the next one is not lost", async () => {
    await using fixture = await open();
    const { store } = fixture;
    const caller = new AbortController();
    const running = await store.beginTurn({ userId: "u1" }, signal);
    const waiting = store.beginTurn({ userId: "u1" }, caller.signal);
    const behind = store.beginTurn({ userId: "u1" }, signal);
    caller.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    await running[Symbol.asyncDispose]();
    await using next = await behind;
    expect(next.signal.aborted).toBe(false);
    await expect(
      store.beginTurn({ userId: "u2" }, AbortSignal.abort(new Error("left"))),
    ).rejects.toThrow("left");
  });

  test("a turn that is given back twice lets one other begin, not two", async () => {
    await using fixture = await open();
    const { store } = fixture;
    const first = await store.beginTurn({ userId: "u1" }, signal);
    const second = store.beginTurn({ userId: "u1" }, signal);
    const begun: TurnLease[] = [];
    const third = store.beginTurn({ userId: "u1" }, signal).then((lease) => begun.push(lease));
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    const lease = await second;
    await store.read("u1");
    expect(begun).toEqual([]);
    await lease[Symbol.asyncDispose]();
    await third;
    await begun[0]?.[Symbol.asyncDispose]();
  });

  test("what is used within 24 hours is kept, and what is not is forgotten", async () => {
    await using fixture = await open();
    const { store } = fixture;
    await store.update("u1", { language: "es" });
    await takeTurn(store, "u1", [says("q"), answers("a")]);
    await fixture.advance(23 * HOUR_MS);
    expect((await store.read("u1")).history).toHaveLength(2);
    await fixture.advance(23 * HOUR_MS);
    expect((await store.read("u1")).state.language).toBe("es");
    await fixture.advance(24 * HOUR_MS);
    expect(await store.read("u1")).toEqual({ state: {}, history: [] });
  });

  test("a user who is forgotten is a new one, and others are not touched", async () => {
    await using fixture = await open();
    const { store } = fixture;
    await store.update("u1", { language: "es" });
    await takeTurn(store, "u1", [says("q")]);
    await takeTurn(store, "u2", [says("other")]);
    await store.forget("u1");
    expect(await store.read("u1")).toEqual({ state: {}, history: [] });
    expect(await readTexts(store, "u2")).toEqual(["other"]);
    await takeTurn(store, "u1", [says("again")]);
    expect(await readTexts(store, "u1")).toEqual(["again"]);
  });

  test("a store that works says so", async () => {
    await using fixture = await open();
    await takeTurn(fixture.store, "u1", [says("q")]);
    expect(fixture.store.health()).toEqual({
      isDegraded: false,
      unsavedUsers: 0,
      problem: undefined,
    });
  });
}
