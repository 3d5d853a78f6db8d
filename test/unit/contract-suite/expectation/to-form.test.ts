import { expect, test } from "vitest";

import { compareJson } from "#contract-suite/compare/compare-json.ts";
import { expectationSchema } from "#contract-suite/expectation/expectation.ts";
import { toForm } from "#contract-suite/expectation/to-form.ts";

const form = (json: unknown, isKept = false) =>
  toForm(expectationSchema.parse(json), ({ kind }) => isKept && kind === "scalar");
const isMet = (json: unknown, value: unknown, isKept = false): boolean =>
  compareJson(form(json, isKept), value).length === 0;

const BODY = {
  text: "words",
  id: { $match: "uuid" },
  count: 3,
  share: { $match: "number", max: 1 },
  isSo: true,
  none: null,
  list: [1],
  each: { $match: "each", item: 1 },
  object: { a: 1 },
  choice: { $match: "one-of", values: ["x", 1] },
  any: { $match: "captured", name: "n" },
};
const OTHER = {
  text: "other",
  id: "no UUID",
  count: 4,
  share: 9,
  isSo: false,
  none: "some",
  list: ["x", {}],
  each: [],
  object: { b: 2 },
  choice: 2,
  any: [],
};

test("any body with the same fields and types is of the form of another", () => {
  expect(isMet(BODY, OTHER)).toBe(true);
});

test.each([
  ["a field less", { any: undefined }],
  ["a field more", { more: 1 }],
  ["no text", { text: 1 }],
  ["no id", { id: 1 }],
  ["no number", { count: "3" }],
  ["no choice", { isSo: 1 }],
  ["no list", { list: {} }],
  ["no object", { object: [] }],
  ["none of the choices", { choice: true }],
])("a body with %s is not of the form", (_, change) => {
  const changed: unknown = JSON.parse(JSON.stringify({ ...OTHER, ...change }));
  expect(isMet(BODY, changed)).toBe(false);
});

test("values that are kept must be the same, and those within them are no others", () => {
  const refusal = { detail: "No", items: ["a"] };
  expect(isMet(refusal, { detail: "No", items: ["b"] }, true)).toBe(true);
  expect(isMet(refusal, { detail: "Yes", items: ["a"] }, true)).toBe(false);
});

test("a body of several forms has one of them", () => {
  const either = { $match: "one-of", values: [{ a: 1 }, { b: "x" }] };
  expect(isMet(either, { b: "y" })).toBe(true);
  expect(isMet(either, { a: 1, b: "y" })).toBe(false);
});

test("a body that may have more fields may have more, and a list is a list", () => {
  expect(isMet({ $match: "at-least", keys: { a: 1 } }, { a: 2, b: 3 })).toBe(true);
  expect(isMet([1], [])).toBe(true);
  expect(isMet([1], {})).toBe(false);
});
