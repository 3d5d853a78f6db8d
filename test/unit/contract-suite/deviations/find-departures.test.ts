import { describe, expect, test } from "vitest";

import { findDepartures } from "#contract-suite/deviations/find-departures.ts";
import { expectationSchema } from "#contract-suite/expectation/expectation.ts";
import { toJson } from "#contract-suite/expectation/to-json.ts";

const read = (json: unknown) => expectationSchema.parse(json);

/** Pointer, what the legacy has there, and what native does; `nothing` for none. */
function find(native: unknown, legacy: unknown): readonly unknown[] {
  const show = (value: ReturnType<typeof read> | undefined): unknown =>
    value === undefined ? "nothing" : toJson(value);
  return findDepartures(read(native), read(legacy)).map((place) => [
    place.pointer,
    show(place.legacy),
    show(place.native),
  ]);
}

const pointers = (native: unknown, legacy: unknown): readonly string[] =>
  findDepartures(read(native), read(legacy)).map(({ pointer }) => pointer);

const each = (item: unknown) => ({ $match: "each", item });
const text = { $match: "text" };
const uuid = { $match: "uuid" };
const integer = { $match: "integer", min: 0 };
const anything = { $match: "ignore", because: "native's own" };

test("a body departs where it says something else, more or less than the legacy's", () => {
  expect(find({ a: 1, b: "x", new: true }, { a: 1, b: "y", old: 2 })).toEqual([
    ["/b", "y", "x"],
    ["/new", "nothing", true],
    ["/old", expect.objectContaining({ $match: "ignore" }), "nothing"],
  ]);
  expect(find({ a: { "b/c": 1 } }, { a: { "b/c": 2 } })).toEqual([["/a/b~1c", 2, 1]]);
  expect(pointers({ a: { b: 1 } }, { a: null })).toEqual(["/a"]);
  expect(pointers({ a: null }, { a: { b: 1 } })).toEqual(["/a"]);
});

test("fields that an entry does not name are left as they are", () => {
  const native = { $match: "at-least", keys: { a: 1, c: 3 } };
  expect(pointers(native, { a: 2, b: 2 })).toEqual(["/a", "/c"]);
  expect(pointers({ a: 1 }, { $match: "at-least", keys: {} })).toEqual([]);
});

describe("a matcher", () => {
  test("that the legacy's value fits is how a value is recognised, and no departure", () => {
    expect(pointers({ a: text, b: integer }, { a: "words", b: 3 })).toEqual([]);
    expect(pointers({ a: uuid }, { a: text })).toEqual([]);
    expect(pointers({ a: { $match: "captured", name: "id" } }, { a: "x" })).toEqual([]);
  });

  test("that the legacy's value does not fit is one", () => {
    expect(find({ a: uuid }, { a: "words" })).toEqual([["/a", "words", uuid]]);
    expect(pointers({ a: integer }, { a: null })).toEqual(["/a"]);
    expect(pointers({ a: text }, { a: [] })).toEqual(["/a"]);
  });

  test("of the legacy's is met by a value that could be its own", () => {
    expect(pointers({ a: "words" }, { a: text })).toEqual([]);
    expect(pointers({ a: "words" }, { a: uuid })).toEqual(["/a"]);
    expect(pointers({ a: ["words"] }, { a: anything })).toEqual([]);
  });

  test("that ignores a value leaves it to native, whatever the legacy has", () => {
    expect(find({ a: anything }, { a: { b: 1 } })).toEqual([["/a", anything, anything]]);
  });
});

describe("choices", () => {
  test("of listed values are a decision even where the legacy's is among them", () => {
    const either = { $match: "one-of", values: [true, false] };
    expect(find({ a: either }, { a: false })).toEqual([["/a", false, either]]);
    expect(pointers({ a: either }, { a: either })).toEqual([]);
    expect(pointers({ a: { $match: "one-of", values: ["x", "y"] } }, { a: text })).toEqual([]);
  });

  test("of kinds of values are held to the one that is nearest to the legacy's", () => {
    const choice = { $match: "one-of", values: [null, text, { a: 1, b: 2 }] };
    expect(pointers(choice, "words")).toEqual([]);
    expect(pointers(choice, null)).toEqual([]);
    expect(
      pointers(
        {
          $match: "one-of",
          values: [
            { z: 0, y: 0 },
            { a: 1, b: 2 },
          ],
        },
        { a: 1, b: 3 },
      ),
    ).toEqual(["/b"]);
  });

  test("that depart in the same places as the nearest one are all decided", () => {
    const chains = { $match: "one-of", values: [["b"], ["a", "b"], { a: 1 }] };
    expect(find(chains, ["x", "y", "z"])).toEqual([
      ["", ["x", "y", "z"], ["b"]],
      ["", ["x", "y", "z"], ["a", "b"]],
      ["", ["x", "y", "z"], { a: 1 }],
    ]);
    const either = { $match: "one-of", values: [{ a: 1 }, { b: 2 }] };
    expect(pointers(either, { a: 2, b: 2 })).toEqual(["/a"]);
  });

  test("of the legacy's depart where none of them is as native", () => {
    const legacy = { $match: "one-of", values: [{ a: 1 }, { a: 2 }] };
    expect(pointers({ a: 2 }, legacy)).toEqual([]);
    expect(find({ a: 3 }, legacy)).toEqual([
      ["/a", 1, 3],
      ["/a", 2, 3],
    ]);
  });
});

describe("a list", () => {
  test("departs in its items where both are as long", () => {
    expect(find([1, { a: 2 }], [1, { a: 3 }])).toEqual([["/*/a", 3, 2]]);
    expect(pointers([1], each(2))).toEqual(["/*"]);
  });

  test("departs as a whole where it is longer, shorter or in any order", () => {
    expect(find([], ["x"])).toEqual([["", ["x"], []]]);
    expect(pointers({ $match: "unordered", items: [1] }, [1])).toEqual([""]);
    expect(pointers([1], "words")).toEqual([""]);
  });

  test("of any length departs in its items, or as a whole where none of them is left", () => {
    expect(pointers(each({ a: 1 }), [{ a: 1 }, { a: 2 }])).toEqual(["/*/a"]);
    expect(find(each(uuid), ["x", "y"])).toEqual([["", ["x", "y"], each(uuid)]]);
    expect(pointers(each(uuid), [])).toEqual([""]);
    expect(pointers(each({ a: 1 }), each({ a: 2 }))).toEqual(["/*/a"]);
    expect(pointers(each(1), null)).toEqual([""]);
  });
});
