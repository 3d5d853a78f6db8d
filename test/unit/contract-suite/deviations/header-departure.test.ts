import { expect, test } from "vitest";

import type { HeaderExpectation } from "#contract-suite/compare/answer.ts";
import { findHeaderDeparture } from "#contract-suite/deviations/header-departure.ts";

const values = (...list: string[]): HeaderExpectation => ({ kind: "values", values: list });
const absent: HeaderExpectation = { kind: "absent" };

function find(wish: HeaderExpectation, legacy?: HeaderExpectation, areHeadersClosed = true) {
  const headers = new Map(legacy === undefined ? [] : [["server", legacy] as const]);
  return findHeaderDeparture("server", wish, { headers, areHeadersClosed });
}

test("a header departs where the legacy sends another or none", () => {
  expect(find(values("a"), values("b"))).toBe("anything");
  expect(find(absent, values("b"))).toBe("anything");
  expect(find(values("a"))).toBe("nothing");
  expect(find(values("a"), absent, false)).toBe("nothing");
});

test("a header does not depart where both send the same", () => {
  expect(find(values("a"), values("a"))).toBeUndefined();
  expect(find(absent)).toBeUndefined();
  expect(find(absent, absent)).toBeUndefined();
});

test("a header that is new in every answer of the legacy's is never the same", () => {
  expect(find(values("{{request-id}}"), values("{{request-id}}"))).toBe("anything");
  const pattern: HeaderExpectation = { kind: "pattern", pattern: "[a-z]+" };
  expect(find(pattern, pattern)).toBe("anything");
});

test("of a header that nobody has looked at nothing is known", () => {
  expect(find(values("a"), undefined, false)).toBeUndefined();
});
