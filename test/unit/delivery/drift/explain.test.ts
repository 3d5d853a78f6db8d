import { expect, test } from "vitest";

import { type Answer, compareAnswers, type Transcript } from "#delivery/compare/index.ts";
import { createExplainer, explainNothing } from "#delivery/drift/index.ts";

const answer = (status: number, headers: readonly string[], body: unknown): Answer => ({
  status,
  headers,
  body: Buffer.from(JSON.stringify(body)),
});

const nowhere = { body: {}, headers: {} };

/** Bodies are written as they are to be. */
const explainer = createExplainer<unknown, number>(
  [
    {
      id: "no-server-name",
      routes: "*",
      departures: [
        {
          ...nowhere,
          legacyStatuses: [200],
          headers: { server: { legacy: "anything", native: null } },
        },
      ],
      shows: [],
    },
    {
      id: "refuses-nonsense",
      routes: ["chat.send"],
      departures: [
        {
          ...nowhere,
          legacyStatuses: [200],
          nativeStatus: 422,
          legacyBodies: [],
          nativeBody: { detail: "no" },
        },
      ],
      shows: [],
    },
    {
      id: "says-more",
      routes: ["chat.send"],
      departures: [
        {
          ...nowhere,
          legacyStatuses: [200],
          body: { "/ok": { legacy: [{ is: "less" }], native: [{ is: "more" }] } },
        },
      ],
      shows: [],
    },
    { id: "closes-at-once", routes: ["ws.socket"], departures: [], shows: [{ turns: [4001] }] },
  ],
  {
    isBody: (wished, value) => JSON.stringify(wished) === JSON.stringify(value),
    areTurns: ([code], native) => native.close?.code === code,
  },
);

function explain(legacy: Answer, native: Answer, routeId = "chat.send"): readonly string[] {
  const found = compareAnswers(legacy, native);
  return explainer
    .answer(routeId, { legacy, native }, found)
    .map(({ path, explainedBy = "nothing" }) => `${path} by ${explainedBy}`);
}

test("each difference is explained by the deviation that decided it, and by none where none did", () => {
  const legacy = answer(200, ["server", "uvicorn", "x-a", "1"], { ok: "less", gone: 1 });
  expect(explain(legacy, answer(200, ["x-a", "2"], { ok: "more" }))).toEqual([
    "/headers/server by no-server-name",
    "/headers/x-a by nothing",
    "/body/ok by says-more",
    "/body/gone by nothing",
  ]);
});

test("a deviation explains nothing on other routes", () => {
  const [legacy, refusal] = [answer(200, [], { ok: true }), answer(422, [], { detail: "no" })];
  expect(explain(legacy, refusal)).toEqual(["/status by refuses-nonsense"]);
  expect(explain(legacy, refusal, "chat.history")).toEqual(["/status by nothing"]);
});

test("answers without a difference, and those that nobody explains, are left as they are", () => {
  const [legacy, native] = [answer(200, [], { ok: "less" }), answer(200, [], { ok: "more" })];
  expect(explain(legacy, legacy)).toEqual([]);
  const found = compareAnswers(legacy, native);
  const unexplained = explainNothing.answer("chat.send", { legacy, native }, found);
  expect(unexplained).toEqual(found.differences);
});

const closed = (code: number): Transcript => ({ frames: [], close: { code, by: "server" } });

test("a conversation is explained where native talks as was decided", () => {
  const found = {
    differences: [
      { kind: "value", path: "/close/code", field: "/close/code", legacy: "1", native: "2" },
    ],
    omitted: 0,
  } as const;
  const by = (code: number): unknown =>
    explainer.conversation("ws.socket", closed(code), found)[0]?.explainedBy;
  expect(by(4001)).toBe("closes-at-once");
  expect(by(1011)).toBeUndefined();
});
