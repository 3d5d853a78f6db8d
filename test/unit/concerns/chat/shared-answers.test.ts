import { expect, test } from "vitest";

import { createSharedAnswers, type Shared } from "#concerns/chat/shared-answers.ts";

function createHall() {
  const share = createSharedAnswers<string>();
  const begun: { readonly signal: AbortSignal; readonly end: PromiseWithResolvers<string> }[] = [];
  const ask = async (key: string, client = new AbortController()): Promise<Shared<string>> =>
    share(key, client.signal, async (signal) => {
      const end = Promise.withResolvers<string>();
      begun.push({ signal, end });
      return end.promise;
    });
  return { ask, begun };
}

test("who asks the same meanwhile has the same answer, and is told so; who asks later has another", async () => {
  const { ask, begun } = createHall();
  const asked = [ask("a"), ask("b"), ask("a")];
  begun[0]?.end.resolve("first");
  begun[1]?.end.resolve("other");
  expect(await Promise.all(asked)).toEqual([
    { answer: "first", isJoined: false },
    { answer: "other", isJoined: false },
    { answer: "first", isJoined: true },
  ]);
  const later = ask("a");
  begun[2]?.end.resolve("second");
  expect(await later).toEqual({ answer: "second", isJoined: false });
});

test("it goes on until the last one has gone, and is nobody's from then on", async () => {
  const { ask, begun } = createHall();
  const [first, second] = [new AbortController(), new AbortController()];
  const asked = [ask("a", first), ask("a", second)];
  first.abort();
  expect(begun[0]?.signal.aborted).toBe(false);
  second.abort();
  expect(begun[0]?.signal.aborted).toBe(true);
  const again = ask("a");
  begun[0]?.end.resolve("given up");
  begun[1]?.end.resolve("again");
  expect(await again).toEqual({ answer: "again", isJoined: false });
  expect(await Promise.all(asked)).toHaveLength(2);
});

test("what fails fails for all who wait", async () => {
  const { ask, begun } = createHall();
  const asked = Promise.allSettled([ask("a"), ask("a")]);
  begun[0]?.end.reject(new Error("No"));
  expect((await asked).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});
