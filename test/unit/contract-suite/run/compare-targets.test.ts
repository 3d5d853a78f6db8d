import { expect, test } from "vitest";

import type { ReceivedAnswer } from "#contract-suite/compare/answer.ts";
import { findVolatile } from "#contract-suite/run/find-volatile.ts";
import { compareRuns } from "#contract-suite/run/run-against.ts";
import type { CaseResult } from "#contract-suite/run/run-suite.ts";
import { loadTestSuite } from "#support/contract-suite.ts";

const { cases } = loadTestSuite();
const given = cases.find(({ id }) => id === "agentic.plan/happy");
if (given === undefined) throw new TypeError("There is such a case");

const toResult = (body: unknown, more: Partial<ReceivedAnswer> = {}): CaseResult => ({
  case: given,
  differences: [],
  deviations: [],
  durationMs: 1,
  traces: [
    {
      kind: "exchange",
      request: { method: "POST", target: "/", headers: [], body: undefined },
      answer: {
        status: 200,
        headers: ["date", "Sun, 22 Nov 2026 20:33:44 GMT", "x-request-id", "1795379938123-4711"],
        body: Buffer.from(JSON.stringify(body)),
        ...more,
      },
    },
  ],
});

const BODY = { success: false, error: "Planning system temporarily unavailable" };

test("two targets that answer alike are without difference, whatever was recorded", () => {
  const other = { status: 418, headers: ["x-request-id", "1795379938999-1"] };
  expect(
    compareRuns([toResult({ new: 1 }, { status: 418 })], [toResult({ new: 1 }, other)]).flatMap(
      ({ differences }) => differences,
    ),
  ).toEqual([]);
});

test.each([
  ["another status", toResult(BODY, { status: 500 }), "/status"],
  ["another value", toResult({ ...BODY, success: true }), "/body/success"],
  ["a field more", toResult({ ...BODY, x: 1 }), "/body/x"],
  ["a header more", toResult(BODY, { headers: ["x-new", "1"] }), "/headers/x-request-id"],
])("%s of one target is a difference to the other", (_, got, path) => {
  const [result] = compareRuns([toResult(BODY)], [got]);
  expect(result?.differences[0]).toMatchObject({ path });
});

test("a value that varies from run to run is proposed with the narrowest matcher that fits", () => {
  const runs = [
    { ...BODY, id: "0b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10", at: "2026-11-22T20:33:44.820145", n: 3 },
    { ...BODY, id: "1b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10", at: "2026-11-22T20:33:45.820145", n: 4 },
  ].map((body) => [toResult(body)]);
  expect(findVolatile(runs).map(({ pointer, match }) => [pointer, match.$match])).toEqual([
    ["/id", "uuid"],
    ["/at", "naive-timestamp"],
    ["/n", "integer"],
  ]);
});

test("runs that answer alike propose nothing", () => {
  expect(findVolatile([[toResult(BODY)], [toResult(BODY)]])).toEqual([]);
});
