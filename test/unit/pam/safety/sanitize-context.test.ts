import { expect, test } from "vitest";

import { sanitizeContext } from "#pam/safety/sanitize/sanitize-context.ts";

const clean = (context: Readonly<Record<string, unknown>>): unknown => {
  const sanitized = sanitizeContext(context, "legacy");
  return sanitized.kind === "clean" ? sanitized.context : sanitized.kind;
};

test("scalars and one level of objects of scalars are kept", () => {
  const context = { a: "x", n: 1.5, yes: true, place: { lat: 1, name: "Perth", open: false } };
  expect(clean(context)).toEqual(context);
});

test("null, lists and what is nested deeper are dropped, and objects that are left empty", () => {
  expect(
    clean({ a: null, b: [1], c: { d: { e: 1 }, f: 2, g: null, h: [1] }, i: { j: null }, k: {} }),
  ).toEqual({ c: { f: 2 } });
});

test("keys of other characters or over 100 of them are dropped at both levels", () => {
  expect(
    clean({ "a b": 1, ä: 1, "": 1, ["k".repeat(101)]: 1, "a.b-c_1": 1, o: { "x y": 1, z: 1 } }),
  ).toEqual({ "a.b-c_1": 1, o: { z: 1 } });
});

test("a prototype cannot be sent along", () => {
  const context = clean(Object.fromEntries([["__proto__", { isAdmin: true }]]));
  expect(context).toEqual({});
  expect(Object.getPrototypeOf(context)).toBe(Object.prototype);
});

test("texts are sanitised as messages are", () => {
  expect(clean({ a: "<b>x</b> & y", o: { b: "  z  " } })).toEqual({
    a: "x &amp;amp; y",
    o: { b: "z" },
  });
});

test("texts are cut to 1000 code points before they are sanitised", () => {
  expect(clean({ a: "😀".repeat(1_001), b: `${"x".repeat(999)}&&` })).toEqual({
    a: "😀".repeat(1_000),
    b: `${"x".repeat(999)}&amp;amp;`,
  });
});

test("half a surrogate pair becomes a replacement character", () => {
  expect(clean({ a: "x\ud800" })).toEqual({ a: "x\ufffd" });
});

test.each([{ url: "/map?longitude=151" }, { o: { url: "javascript:x" } }])(
  "dangerous content in %j refuses the whole",
  (context) => {
    expect(clean(context)).toBe("dangerous");
  },
);

test("what is nested too deep is not looked at", () => {
  expect(clean({ o: { deep: { url: "javascript:x" } } })).toEqual({});
});
