import { describe, expect, test } from "vitest";

import { createKeptAnswers, type AskedQuestion } from "#pam/kept-answers.ts";
import { createResponseCache } from "#pam/response-cache/index.ts";
import {
  createProcessMemory,
  InMemoryPamInstanceStore,
  type HistoryMessage,
} from "#pam/store/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { createManualClock } from "#support/manual-clock.ts";

const QUESTION: AskedQuestion = {
  userId: "u",
  message: "Where?",
  context: { page: "/map" },
  known: { page: "/map", vehicle_info: { type: "van" } },
};
const exchange = (question: string, answer: string): readonly HistoryMessage[] => [
  { role: "user", text: question },
  { role: "assistant", text: answer },
];

function create() {
  const clock = createManualClock();
  const store = new InMemoryPamInstanceStore({ memory: createProcessMemory({ clock }) });
  const cache = createResponseCache({ clock, logger: silentLogger });
  return {
    clock,
    store,
    cache,
    answers: createKeptAnswers({ cache, store }),
    async say(...messages: readonly HistoryMessage[]) {
      await using lease = await store.beginTurn({ userId: "u" }, new AbortController().signal);
      await store.append(lease, messages);
    },
  };
}

type Kit = ReturnType<typeof create>;

async function keep(kit: Kit, response: string, asked = QUESTION): Promise<void> {
  const found = await kit.answers.find(asked);
  if (found.kind === "hit") throw new Error("It is kept already");
  await kit.say(...exchange(asked.message, response));
  await found.keep(response);
}

describe("a question", () => {
  test("that is asked again at once has its answer, however often", async () => {
    const kit = create();
    await keep(kit, "There");
    expect(await kit.answers.find(QUESTION)).toEqual({ kind: "hit", response: "There" });
    await kit.say(...exchange("Where?", "There"));
    expect(await kit.answers.find(QUESTION)).toEqual({ kind: "hit", response: "There" });
  });

  test("is the same whatever time the client says it is, and in whatever order it says things", async () => {
    const kit = create();
    const known = { vehicle_info: { type: "van", name: "Bus" }, page: "/map" };
    const asked = { ...QUESTION, known };
    await keep(kit, "There", { ...asked, context: { page: "/map", timestamp: 1 } });
    const again = {
      ...asked,
      context: { page: "/map", timestamp: 2 },
      known: { page: "/map", vehicle_info: { name: "Bus", type: "van" }, server_timestamp: "x" },
    };
    expect(await kit.answers.find(again)).toMatchObject({ kind: "hit" });
  });

  test("is another after a minute", async () => {
    const kit = create();
    await keep(kit, "There");
    kit.clock.advance(60_001);
    expect(await kit.answers.find(QUESTION)).toMatchObject({ kind: "miss" });
  });

  test.each<[string, Partial<AskedQuestion>]>([
    ["of another user", { userId: "v" }],
    ["in other words", { message: "Where to?" }],
    ["from another page", { context: { page: "/budget" } }],
    ["of whom more is known by now", { known: { ...QUESTION.known, is_rv_traveler: true } }],
    ["in another language", { known: { ...QUESTION.known, language: "fr" } }],
  ])("%s is another", async (_, change) => {
    const kit = create();
    await keep(kit, "There");
    expect(await kit.answers.find({ ...QUESTION, ...change })).toMatchObject({ kind: "miss" });
  });

  test("is another after something else was said, and in another language than before", async () => {
    const kit = create();
    await keep(kit, "There");
    await kit.say(...exchange("Thanks", "Welcome"));
    expect(await kit.answers.find(QUESTION)).toMatchObject({ kind: "miss" });
    const other = create();
    await keep(other, "There");
    await other.store.update("u", { language: "fr" });
    expect(await other.answers.find(QUESTION)).toMatchObject({ kind: "miss" });
  });

  test("is the same where it has pushed the oldest messages out of the history", async () => {
    const kit = create();
    for (let at = 0; at < 10; at += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await kit.say(...exchange(`Q${at}`, `A${at}`));
    }
    await keep(kit, "There");
    expect(await kit.answers.find(QUESTION)).toMatchObject({ kind: "hit" });
  });

  test("is not taken for the same by what tools said", async () => {
    const kit = create();
    await kit.say(
      { role: "user", text: "Log it" },
      { role: "assistant", text: "", toolCalls: [{ id: "1" }] },
      { role: "tool", results: [{ callId: "1" }] },
      { role: "assistant", text: "Done" },
    );
    await keep(kit, "There");
    expect(await kit.answers.find(QUESTION)).toMatchObject({ kind: "hit" });
  });
});

describe("what somebody kept to be said", () => {
  test.each([
    ['"Here"', "Here"],
    ['{"response":"Here","more":1}', "Here"],
  ])("%s is said in any situation", async (text, response) => {
    const { cache, answers } = create();
    await cache.store({ userId: "u", message: "where? ", context: { page: "/map" } }, text);
    expect(await answers.find(QUESTION)).toEqual({ kind: "hit", response });
  });

  test.each(["[1]", "{}", "no JSON"])("%s is no answer", async (text) => {
    const { cache, answers } = create();
    await cache.store({ userId: "u", message: "Where?", context: { page: "/map" } }, text);
    expect(await answers.find(QUESTION)).toMatchObject({ kind: "miss" });
  });
});
