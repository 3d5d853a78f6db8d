import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { compareJson } from "#contract-suite/compare/compare-json.ts";
import { expectationSchema } from "#contract-suite/expectation/expectation.ts";

const compare = (expected: unknown, got: unknown, captures = new Map<string, unknown>()) =>
  compareJson(expectationSchema.parse(expected), got, { captures });

describe("values", () => {
  test.each<[string, { expected: unknown; got: unknown; found: object }]>([
    [
      "another text",
      { expected: { a: "x" }, got: { a: "y" }, found: { path: "/a", kind: "value" } },
    ],
    ["another number", { expected: [1, 2], got: [1, 3], found: { path: "/1", kind: "value" } }],
    [
      "a number as text",
      { expected: { a: 1 }, got: { a: "1" }, found: { path: "/a", kind: "type" } },
    ],
    [
      "null for a text",
      { expected: { a: "x" }, got: { a: null }, found: { path: "/a", kind: "type" } },
    ],
    [
      "a list for an object",
      { expected: { a: {} }, got: { a: [] }, found: { path: "/a", kind: "type" } },
    ],
    ["an object for a list", { expected: [[]], got: [{}], found: { path: "/0", kind: "type" } }],
    [
      "a missing key",
      { expected: { a: 1, b: 2 }, got: { a: 1 }, found: { path: "/b", kind: "missing" } },
    ],
    [
      "a key more",
      { expected: { a: 1 }, got: { a: 1, b: 2 }, found: { path: "/b", kind: "extra" } },
    ],
    ["an item less", { expected: [1, 2], got: [1], found: { path: "/1", kind: "missing" } }],
    ["an item more", { expected: [1], got: [1, 2], found: { path: "/1", kind: "extra" } }],
    [
      "keys in another order",
      { expected: { a: 1, b: 2 }, got: { b: 2, a: 1 }, found: { path: "", kind: "order" } },
    ],
    [
      "a key that is an own property only",
      { expected: {}, got: JSON.parse('{"__proto__":1}'), found: { kind: "extra" } },
    ],
  ])("%s is one difference at its place", (_, { expected, got, found }) => {
    expect(compare(expected, got)).toEqual([expect.objectContaining(found)]);
  });

  test("a path names keys as JSON Pointer does", () => {
    expect(compare({ "a/b~c": 1 }, { "a/b~c": 2 })).toMatchObject([{ path: "/a~1b~0c" }]);
  });

  test("any JSON value equals itself", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy: unknown = JSON.parse(JSON.stringify(value));
        expect(compare(copy, copy)).toEqual([]);
      }),
    );
  });

  test("two JSON values are without difference only where their texts are the same", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (one, other) => {
        const [left, right] = [one, other].map((value) => JSON.stringify(value));
        const found = compare(JSON.parse(left ?? ""), JSON.parse(right ?? "")).length;
        expect(found === 0).toBe(left === right);
      }),
    );
  });
});

describe("matchers", () => {
  test.each([
    [
      { $match: "uuid" },
      "0b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10",
      "0B5C4B5E-1E0C-4A5E-9F43-1F0F8F5B3A10",
    ],
    [{ $match: "naive-timestamp" }, "2026-11-22T20:33:44.820145", "2026-11-22T20:33:44.820145Z"],
    [{ $match: "naive-timestamp" }, "2026-11-22T20:33:44", "2026-11-22T20:33:44.820"],
    [{ $match: "naive-timestamp" }, "2026-11-22T20:33:44", "2026-13-22T20:33:44"],
    [{ $match: "epoch" }, 1_795_379_938, 1_795_379_938_000],
    [{ $match: "integer", min: 0 }, 0, -1],
    [{ $match: "integer" }, 119, 119.5],
    [{ $match: "number", min: 0, max: 1 }, 0.5, 1.5],
    [{ $match: "number" }, 0.5, "0.5"],
    [{ $match: "text", pattern: "a+" }, "aaa", "aab"],
    [{ $match: "text" }, "", 0],
    [{ $match: "one-of", values: [1, { a: 2 }] }, { a: 2 }, { a: 3 }],
    [{ $match: "unordered", items: [1, 2, 2] }, [2, 1, 2], [1, 1, 2]],
    [{ $match: "unordered", items: [1, 2] }, [2, 1], [2, 1, 1]],
    [{ $match: "each", item: { $match: "integer" } }, [1, 2, 3], [1, 2.5]],
    [{ $match: "at-least", keys: { a: 1 } }, { b: 2, a: 1 }, { b: 2 }],
    [{ $match: "captured", name: "id" }, "kept", "other"],
  ])("%j accepts %j and refuses %j", (matcher, good, bad) => {
    const captures = new Map([["id", "kept"]]);
    expect(compare({ a: matcher }, { a: good }, captures)).toEqual([]);
    expect(compare({ a: matcher }, { a: bad }, captures)).not.toEqual([]);
  });

  test("what is ignored may be anything, but it must be there", () => {
    const expected = { a: { $match: "ignore", because: "It is the target's own affair" } };
    expect(compare(expected, { a: [] })).toEqual([]);
    expect(compare(expected, {})).toMatchObject([{ path: "/a", kind: "missing" }]);
  });

  test("what nothing captured is met by nothing", () => {
    expect(compare({ $match: "captured", name: "id" }, null)).not.toEqual([]);
  });

  test("a matcher that nobody knows is refused with its place", () => {
    const parsed = expectationSchema.safeParse({ a: [{ $match: "anything" }] });
    expect(parsed.error?.issues[0]?.path).toEqual(["a", 0, "$match"]);
  });

  test("to ignore something without a reason is refused", () => {
    expect(expectationSchema.safeParse({ $match: "ignore" }).success).toBe(false);
  });
});
