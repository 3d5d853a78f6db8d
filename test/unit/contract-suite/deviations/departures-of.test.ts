import { expect, test } from "vitest";

import type { Case, Exchange, Step } from "#contract-suite/cases/case.ts";
import type { ExpectedAnswer } from "#contract-suite/compare/answer.ts";
import { readDepartures } from "#contract-suite/deviations/departure.ts";
import { departuresOf } from "#contract-suite/deviations/departures-of.ts";
import { deviationSchema } from "#contract-suite/deviations/deviation.ts";
import { expectationSchema } from "#contract-suite/expectation/expectation.ts";

function exchange(status: ExpectedAnswer["status"], body: unknown, headers: object = {}): Exchange {
  const given = Object.entries(headers).map(
    ([name, value]) => [name, { kind: "values", values: [String(value)] }] as const,
  );
  return {
    kind: "exchange",
    request: { method: "GET", target: "/", headers: [], body: undefined },
    expected: {
      status,
      headers: new Map(given),
      areHeadersClosed: true,
      body: { kind: "json", expectation: expectationSchema.parse(body) },
    },
    captures: {},
  };
}

const toCase = (id: string, steps: readonly Step[], sides: Case["sides"] = ["legacy"]): Case => ({
  id,
  title: id,
  route: "chat.send",
  concern: "chat",
  tags: new Set(["full"]),
  needs: [],
  skip: undefined,
  sides,
  isAlone: false,
  place: "here",
  steps,
});

const words = "ten characters";
const find = (shows: readonly object[], cases: readonly Case[]): readonly unknown[] =>
  departuresOf(
    deviationSchema.parse({
      id: "one",
      routes: ["chat.send"],
      legacy: words,
      native: words,
      why: words,
      noticedBy: words,
      since: "0.1.0",
      shows,
    }),
    cases,
  );

const text = { $match: "text" };

test("another status departs from a refusal that is told as legacy tells it", () => {
  const failed = toCase("a/b", [exchange(500, { error: "Oh" })]);
  expect(find([{ status: 200, body: { ok: true } }], [failed])).toEqual([
    {
      legacyStatuses: [500],
      nativeStatus: 200,
      legacyBodies: [{ error: text }],
      nativeBody: { ok: { $match: "one-of", values: [true, false] } },
    },
  ]);
});

test("a refusal departs from whatever legacy answers, and by its own words", () => {
  const answered = toCase("a/b", [exchange(200, { rows: [] })]);
  expect(find([{ status: 401, body: { detail: "No" } }], [answered])).toEqual([
    { legacyStatuses: [200], nativeStatus: 401, legacyBodies: [], nativeBody: { detail: "No" } },
  ]);
});

test("a failure departs from the very answer of the case, or every failure would be decided", () => {
  const empty = toCase("a/b", [exchange(200, { rows: [], count: 0 })]);
  expect(find([{ status: 500, body: { detail: "Away" } }], [empty])).toEqual([
    {
      legacyStatuses: [200],
      nativeStatus: 500,
      legacyBodies: [{ rows: [], count: 0 }],
      nativeBody: { detail: "Away" },
    },
  ]);
});

test("a body of the same status departs in its places, by what each side has there", () => {
  const body = { same: 1, cached: true, sum: { $match: "number", min: 5 } };
  const cases = [
    toCase("a/b", [exchange(200, { same: 1, cached: false, sum: 0 })]),
    toCase("a/c", [exchange(200, { same: 1, cached: false, sum: 1 })]),
  ];
  expect(find([{ body }], cases)).toMatchObject([
    {
      legacyStatuses: [200],
      body: {
        "/cached": { legacy: [{ is: false }], native: [{ is: true }] },
        "/sum": { legacy: [{ is: 0 }, { is: 1 }], native: [{ is: { $match: "number" } }] },
      },
    },
  ]);
});

test("items of a list are data, of which only the type counts", () => {
  const cases = [toCase("a/b", [exchange(200, [{ id: 1 }, { id: 2 }])])];
  const shows = [{ body: { $match: "each", item: { id: text } } }];
  expect(find(shows, cases)).toMatchObject([
    { body: { "/*/id": { legacy: [{ is: { $match: "number" } }], native: [{ is: text }] } } },
  ]);
});

test("a body that is no JSON departs as a whole", () => {
  const { expected, ...rest } = exchange(200, {});
  const spoken = {
    ...rest,
    expected: { ...expected, body: { kind: "text", text: "Oh" } as const },
  };
  expect(find([{ body: { ok: true } }], [toCase("a/b", [spoken])])).toMatchObject([
    { body: { "": { legacy: [{}], native: [{ is: { ok: true } }] } } },
  ]);
});

test("headers depart by status of legacy's answer, those with the same departures together", () => {
  const cases = [200, 404].map((status) =>
    toCase(`a/${status}`, [exchange(status, {}, { server: "x" })]),
  );
  const plain = toCase("a/plain", [exchange(500, {}, { "x-a": "1" })]);
  const shows = [{ headers: { Server: null, "X-A": "1" } }];
  expect(find(shows, [...cases, plain])).toEqual([
    {
      legacyStatuses: [200, 404],
      headers: {
        server: { legacy: "anything", native: null },
        "x-a": { legacy: "nothing", native: "1" },
      },
    },
  ]);
});

test("only the cases, the steps and the side that a showing is about are asked", () => {
  const steps = [exchange(500, { error: "Oh" }), exchange(429, { error: "Oh" })];
  const cases = [
    toCase("a/b", steps),
    toCase("a/c", [exchange(418, {})]),
    toCase("a/b-native", [exchange(503, {})], ["native"]),
    toCase("a/b-probe", [exchange("accepted", {})]),
    toCase("a/b-socket", [
      { kind: "conversation", target: "/", headers: [], refusal: undefined, turns: [] },
    ]),
  ];
  expect(find([{ cases: ["a/b*"], step: 1, status: 200 }], cases)).toMatchObject([
    { legacyStatuses: [429] },
  ]);
  expect(find([{ cases: ["a/b*"], status: 200 }], cases)).toMatchObject([
    { legacyStatuses: [429, 500] },
  ]);
});

test("what is worked out can be read again, and a deviation that nobody worked out has none", () => {
  const failed = toCase("a/b", [exchange(500, { error: "Oh" }, { server: "x" })]);
  const shows = [{ status: 200, body: { ok: true } }, { headers: { server: null } }];
  const read = readDepartures({ one: find(shows, [failed]), broken: [{ legacyStatuses: [] }] });
  expect(read("one")).toMatchObject([{ nativeStatus: 200 }, { body: {} }]);
  expect(read("two")).toEqual([]);
  expect(() => read("broken")).toThrow(/legacyStatuses/);
});
