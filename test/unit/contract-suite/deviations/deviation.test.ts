import { expect, test } from "vitest";

import type { Case, Exchange } from "#contract-suite/cases/case.ts";
import { compareAnswers } from "#contract-suite/compare/compare-answers.ts";
import {
  applyDeviations,
  type Deviation,
  deviationSchema,
  isCoveredBy,
  isExercised,
} from "#contract-suite/deviations/deviation.ts";
import { loosenProbe } from "#contract-suite/deviations/loosen-probe.ts";
import { expectationSchema } from "#contract-suite/expectation/expectation.ts";

const step: Exchange = {
  kind: "exchange",
  request: { method: "GET", target: "/", headers: [], body: undefined },
  expected: {
    status: 200,
    headers: new Map([["server", { kind: "values", values: ["uvicorn"] }]]),
    areHeadersClosed: true,
    body: { kind: "json", expectation: expectationSchema.parse({ success: true }) },
  },
  captures: {},
};

const given: Case = {
  id: "agentic.cap/forged",
  title: "A forged token",
  route: "agentic.capabilities",
  concern: "agentic",
  tags: new Set(["full"]),
  needs: [],
  skip: undefined,
  sides: ["legacy", "native"],
  isAlone: false,
  place: "here",
  steps: [step],
};

const toDeviation = (changes: object): Deviation =>
  deviationSchema.parse({
    id: "tokens",
    routes: ["agentic.capabilities"],
    legacy: "Accepts every token",
    native: "Verifies every token",
    why: "Anybody can write one",
    noticedBy: "Whoever forges tokens",
    since: "0.1.0",
    shows: [
      {
        cases: ["agentic.cap/*"],
        status: 401,
        headers: { server: null },
        body: { detail: "Authentication failed" },
      },
    ],
    ...changes,
  });

const refusal = {
  status: 401,
  headers: [],
  body: Buffer.from('{"detail":"Authentication failed"}'),
};

function judge(deviations: readonly Deviation[], answer = refusal) {
  const [judged] = applyDeviations(given, deviations).steps;
  if (judged?.kind !== "exchange") throw new TypeError("An exchange stays one");
  return compareAnswers(judged.expected, answer, { isExact: false });
}

test("what a deviation says is accepted in the place of what legacy does", () => {
  expect(judge([])).not.toEqual([]);
  expect(judge([toDeviation({})])).toEqual([]);
});

test("native is held to what the deviation says of it", () => {
  const other = { ...refusal, body: Buffer.from('{"detail":"No"}') };
  expect(judge([toDeviation({})], other)).toMatchObject([{ path: "/body/detail", kind: "value" }]);
});

test.each([
  ["another route", { routes: ["chat.health"] }, false],
  ["another case", { shows: [{ cases: ["chat/*"], status: 401 }] }, false],
  ["every route", { routes: "*" }, true],
])("a deviation of %s covers the case: %j", (_, changes, isCovered) => {
  expect(isCoveredBy(given, toDeviation(changes))).toBe(isCovered);
});

test("a deviation is exercised by a difference it is about, and by no other", () => {
  const found = judge([]);
  expect(isExercised(toDeviation({}), given, found)).toBe(true);
  const unrelated = toDeviation({ shows: [{ headers: { "x-other": null } }] });
  expect(isExercised(unrelated, given, found)).toBe(false);
  expect(isExercised(toDeviation({}), given, [])).toBe(false);
});

test("a probe may be refused for its meaning where a deviation says that native refuses", () => {
  const probe: Case = {
    ...given,
    tags: new Set(["probe"]),
    steps: [{ ...step, expected: { ...step.expected, status: "accepted" } }],
  };
  const statusOf = (changes: object) => {
    const [loosened] = loosenProbe(probe, [toDeviation(changes)]).steps;
    return loosened?.kind === "exchange" ? loosened.expected.status : undefined;
  };
  expect(statusOf({ shows: [{ cases: ["agentic.cap/bad"], status: 422 }] })).toBe("answered");
  expect(statusOf({ shows: [{ cases: ["agentic.cap/bad"], status: 401 }] })).toBe("accepted");
  expect(statusOf({ routes: ["chat.send"], shows: [{ status: 422 }] })).toBe("accepted");
});

test("an entry that shows nothing is refused", () => {
  expect(() => toDeviation({ shows: [{ cases: ["x/y"] }] })).toThrow("shows nothing");
});
