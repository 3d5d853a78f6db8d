import { expect, test } from "vitest";

import { createEffectRecorder, createEffectScope } from "#delivery/shadow/index.ts";

test("effects are taken down in their order, short and without secrets, up to a bound", () => {
  const recorder = createEffectRecorder();
  recorder.record("mail", "to ada@lovelace.example");
  for (let n = 0; n < 60; n += 1) recorder.record("database", "x".repeat(500));
  expect(recorder.effects[0]).toEqual({ kind: "mail", summary: "to user@example.com" });
  expect(recorder.effects).toHaveLength(50);
  expect(recorder.effects[1]?.summary).toHaveLength(120);
  expect(recorder.omitted).toBe(11);
});

test("what comes after the request was judged is not taken down", () => {
  const recorder = createEffectRecorder();
  recorder.seal();
  recorder.record("mail", "late");
  expect(recorder.effects).toEqual([]);
});

test("dependencies that record know the request they are called for, also when two run at a time", async () => {
  const scope = createEffectScope();
  const insert = scope.instead(
    "database",
    (table: string) => `insert into ${table}`,
    async (table: string) => Promise.resolve(`${table}-1`),
  );
  async function shadow(tables: readonly string[]): Promise<readonly string[]> {
    const recorder = createEffectRecorder();
    await scope.run(recorder, async () => {
      // oxlint-disable-next-line no-await-in-loop -- in turn with the other one
      for (const table of tables) expect(await insert(table)).toBe(`${table}-1`);
    });
    return recorder.effects.map(({ summary }) => summary);
  }
  const [one, other] = await Promise.all([shadow(["a", "b"]), shadow(["c", "d"])]);
  expect(one).toEqual(["insert into a", "insert into b"]);
  expect(other).toEqual(["insert into c", "insert into d"]);
});

test("a call outside of every request is counted, and gets its stand-in's answer", () => {
  const scope = createEffectScope();
  const send = scope.instead(
    "mail",
    () => "a mail",
    () => "accepted",
  );
  expect(send()).toBe("accepted");
  scope.record("redis", "publish");
  expect(scope.strays).toBe(2);
});
