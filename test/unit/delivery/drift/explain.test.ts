import { join } from "node:path";

import { expect, test } from "vitest";

import { loadSuite } from "#contract-suite/cases/load-suite.ts";
import { compareJson } from "#contract-suite/compare/compare-json.ts";
import { type Answer, compareAnswers, type Transcript } from "#delivery/compare/index.ts";
import { createExplainer } from "#delivery/drift/index.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const answer = (status: number, headers: readonly string[], body: unknown): Answer => ({
  status,
  headers,
  body: Buffer.from(JSON.stringify(body)),
});

/** Bodies are written as they are to be. */
const explainer = createExplainer(
  [
    {
      id: "no-server-name",
      routes: "*",
      shows: [{ headers: { server: null, "X-Request-Id": { pattern: "[a-z]+" }, vary: ["a"] } }],
    },
    {
      id: "refuses-nonsense",
      routes: ["chat.send"],
      shows: [{ status: 422, body: { detail: "no" } }],
    },
    { id: "says-more", routes: ["chat.send"], shows: [{ status: 200, body: { ok: "more" } }] },
    { id: "closes-at-once", routes: ["ws.socket"], shows: [{ turns: [4001] }] },
  ],
  {
    isBody: (wished, value) => JSON.stringify(wished) === JSON.stringify(value),
    areTurns: ([code], native) => native.close?.code === code,
  },
);

function explain(legacy: Answer, native: Answer, routeId = "chat.send"): readonly string[] {
  const found = compareAnswers(legacy, native);
  return explainer
    .answer(routeId, native, found)
    .map(({ path, explainedBy = "nothing" }) => `${path} by ${explainedBy}`);
}

test("a header is explained where native has it as the deviation says", () => {
  const legacy = answer(200, ["server", "uvicorn", "x-a", "1"], {});
  expect(explain(legacy, answer(200, ["x-a", "2"], {}))).toEqual([
    "/headers/server by no-server-name",
    "/headers/x-a by nothing",
  ]);
  expect(explain(legacy, answer(200, ["server", "other", "x-a", "1"], {}))).toEqual([
    "/headers/server by nothing",
  ]);
  expect(explain(answer(200, [], {}), answer(200, ["vary", "a"], {}))).toEqual([
    "/headers/vary by no-server-name",
  ]);
});

test("a status is explained where the whole answer is the one that was decided", () => {
  const legacy = answer(200, [], { ok: true });
  const refusal = answer(422, [], { detail: "no" });
  expect(explain(legacy, refusal)).toEqual(["/status by refuses-nonsense"]);
  expect(explain(legacy, answer(422, [], { detail: "another" }))).toEqual(["/status by nothing"]);
  expect(explain(legacy, answer(500, [], { detail: "no" }))).toEqual(["/status by nothing"]);
  expect(explain(legacy, refusal, "chat.history")).toEqual(["/status by nothing"]);
});

test("what native does where legacy refuses is explained where it is to answer instead", () => {
  const differences = [
    { kind: "effect", path: "/effects", field: "/effects", legacy: "refused", native: "ai" },
  ] as const;
  const by = (native: Answer): unknown =>
    explainer.answer("chat.send", native, { differences, omitted: 0 })[0]?.explainedBy;
  expect(by(answer(200, [], { ok: "more" }))).toBe("says-more");
  expect(by(answer(200, [], { ok: "less" }))).toBeUndefined();
  expect(by(answer(422, [], { detail: "no" }))).toBeUndefined();
});

test("a body is explained in all its places where it is the one that was decided", () => {
  const legacy = answer(200, [], { ok: "less", gone: 1 });
  expect(explain(legacy, answer(200, [], { ok: "more" }))).toEqual([
    "/body/ok by says-more",
    "/body/gone by says-more",
  ]);
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

test("the project's own deviations are read as they are", () => {
  const match = createRouteMatcher(ROUTE_TABLE);
  const { deviations } = loadSuite({
    folder: join(packageRoot(), "contracts"),
    routes: ROUTE_TABLE,
    matchRoute: (method, target) => match(method, target)?.route.id,
  });
  const real = createExplainer(deviations, {
    isBody: (wished, value) => compareJson(wished, value).length === 0,
  });
  const [legacy, native] = [answer(200, ["server", "uvicorn"], {}), answer(200, [], {})];
  const [found] = real.answer("chat.health", native, compareAnswers(legacy, native));
  expect(found?.explainedBy).toBe("server-identity");
});
