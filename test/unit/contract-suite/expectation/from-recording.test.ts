import { join } from "node:path";

import { expect, test } from "vitest";

import { compareJson } from "#contract-suite/compare/compare-json.ts";
import { toExpectation } from "#contract-suite/expectation/from-recording.ts";
import { loadRecordings } from "#contracts/recordings/load-recordings.ts";

const { http } = loadRecordings(join(import.meta.dirname, "../../../../contracts/recordings"));

const bodies = http.flatMap(({ id, response: { body }, volatile }) => {
  if (body.kind !== "text" || "" in volatile) return [];
  try {
    return [{ id, value: JSON.parse(body.text) as unknown, volatile }];
  } catch {
    return [];
  }
});

test("every recorded body is what it is expected to be", () => {
  expect(bodies.length).toBeGreaterThan(900);
  const faults = bodies.flatMap(({ id, value, volatile }) =>
    compareJson(toExpectation(value, volatile), value).map((fault) => ({ id, ...fault })),
  );
  expect(faults).toEqual([]);
});

test.each([
  [
    "a UUID",
    { kind: "uuid", recorded: "0b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10", other: "not-a-uuid" },
  ],
  [
    "a timestamp with a zone",
    {
      kind: "timestamp",
      recorded: "2026-11-22T20:33:44.82+00:00",
      other: "2026-11-22T20:33:44.82",
    },
  ],
  ["a date", { kind: "date", recorded: "2026-11-22", other: "22.11.2026" }],
  ["a whole duration", { kind: "duration", recorded: 119, other: 119.5 }],
  [
    "a sentence that counts",
    { kind: "seconds-left", recorded: "Try again in 58 seconds.", other: "Try again in a minute." },
  ],
  ["an id of the filters", { kind: "request-id", recorded: "req_1795_12", other: "1795_12" }],
] as const)("%s is told from what is written otherwise", (_, { kind, recorded, other }) => {
  const expectation = toExpectation({ a: recorded }, { "/a": kind });
  expect(compareJson(expectation, { a: recorded })).toEqual([]);
  expect(compareJson(expectation, { a: other })).not.toEqual([]);
});

test("null where a value might have stood is an answer of its own", () => {
  const expectation = toExpectation({ a: null }, { "/a": "timestamp" });
  expect(compareJson(expectation, { a: "2026-11-22" })).toMatchObject([{ kind: "type" }]);
});
