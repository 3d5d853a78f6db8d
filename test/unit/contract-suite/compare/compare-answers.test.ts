import { expect, test } from "vitest";

import type { ExpectedAnswer, ReceivedAnswer } from "#contract-suite/compare/answer.ts";
import { compareAnswers } from "#contract-suite/compare/compare-answers.ts";
import { MAX_DIFFERENCES } from "#contract-suite/compare/difference.ts";
import { toExpectation } from "#contract-suite/expectation/from-recording.ts";

const TEXT = '{"cost":14.0,"at":"2026-11-22T20:33:44.820145"}';
const volatile = { "/at": "timestamp" } as const;

const recorded: ExpectedAnswer = {
  status: 200,
  headers: new Map([
    ["server", { kind: "values", values: ["uvicorn", "PAM-Backend"] }],
    ["x-request-id", { kind: "values", values: ["{{request-id}}"] }],
    ["x-ratelimit-remaining", { kind: "values", values: ["99"] }],
    ["date", { kind: "values", values: ["{{http-date}}"] }],
  ]),
  areHeadersClosed: true,
  body: {
    kind: "json",
    expectation: toExpectation(JSON.parse(TEXT), volatile),
    exact: { text: TEXT, volatile },
  },
};

const HEADERS = [
  "Server: uvicorn",
  "x-ratelimit-remaining: 12",
  "server: PAM-Backend",
  "x-request-id: 1795379938123-4711",
].flatMap((line) => line.split(": "));

const answer = (changes: Partial<ReceivedAnswer> = {}): ReceivedAnswer => ({
  status: 200,
  headers: HEADERS,
  body: Buffer.from(TEXT.replace("20:33", "21:44")),
  ...changes,
});

const compare = (got: ReceivedAnswer, isExact = true) => compareAnswers(recorded, got, { isExact });

test("the same answer at another time is without difference", () => {
  expect(compare(answer())).toEqual([]);
});

test("another status is a difference", () => {
  expect(compare(answer({ status: 201 }))).toEqual([
    { path: "/status", kind: "status", expected: "200", got: "201" },
  ]);
});

test.each([
  ["a missing header", HEADERS.slice(0, -2), "/headers/x-request-id"],
  ["one of two values missing", HEADERS.toSpliced(4, 2), "/headers/server"],
  ["another form", HEADERS.toSpliced(-1, 1, "4711"), "/headers/x-request-id"],
  ["a header more", [...HEADERS, "x-new", "1"], "/headers/x-new"],
])("%s is a difference", (_, headers, path) => {
  expect(compare(answer({ headers }))).toMatchObject([{ path, kind: "header" }]);
});

test("headers of the connection and of those on the way are not looked at", () => {
  const headers = [...HEADERS, "Connection", "close", "x-banyan-side", "legacy", "via", "1.1 edge"];
  expect(compare(answer({ headers }))).toEqual([]);
});

test("the legacy writes a number in its own way, a native side in any", () => {
  const got = answer({ body: Buffer.from(TEXT.replace("14.0", "14")) });
  expect(compare(got)).toMatchObject([{ path: "/body", kind: "format" }]);
  expect(compare(got, false)).toEqual([]);
});

test("a body that is no JSON is one difference", () => {
  expect(compare(answer({ body: Buffer.from("<html>") }))).toEqual([
    { path: "/body", kind: "type", expected: "JSON", got: "<html>" },
  ]);
});

test("however different an answer is, the list has a bound", () => {
  const many = Object.fromEntries(
    Array.from({ length: 5000 }, (_, at) => [`k${at}`, "x".repeat(500)]),
  );
  const differences = compare(answer({ body: Buffer.from(JSON.stringify(many)) }));
  expect(differences).toHaveLength(MAX_DIFFERENCES + 1);
  expect(JSON.stringify(differences).length).toBeLessThan(50_000);
});
