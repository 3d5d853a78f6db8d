import { expect, test } from "vitest";

import { expectationSchema } from "#contract-suite/expectation/expectation.ts";
import { toJson } from "#contract-suite/expectation/to-json.ts";

test.each([
  ["scalars", { a: 1, b: "x", c: null, d: true }],
  ["lists", [1, [2, {}]]],
  ["lists in any order", { $match: "unordered", items: [1, { a: 2 }] }],
  ["lists of any length", { $match: "each", item: { a: { $match: "uuid" } } }],
  ["objects that may have more", { $match: "at-least", keys: { a: [] } }],
  ["choices", { $match: "one-of", values: [null, { $match: "text", pattern: "[a-z]+" }] }],
  ["matchers", { $match: "integer", min: 0, max: 3 }],
  ["what is ignored", { $match: "ignore", because: "it is" }],
])("%s are written as they are read", (_, json) => {
  expect(toJson(expectationSchema.parse(json))).toEqual(json);
});
