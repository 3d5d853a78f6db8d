import { createHash } from "node:crypto";

import { expect, test } from "vitest";

import { toCacheKey } from "#pam/response-cache/cache-key.ts";

const legacyKey = (text: string): string =>
  `pam:response:${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;

test("a key is the legacy's: the user and the message, trimmed and in lower case", () => {
  expect(toCacheKey({ userId: "u", message: "  Hello THERE\n" })).toBe(legacyKey("u:hello there"));
});

test("an empty context is no context", () => {
  const bare = toCacheKey({ userId: "u", message: "hi" });
  for (const context of [undefined, null, {}]) {
    expect(toCacheKey({ userId: "u", message: "hi", context })).toBe(bare);
  }
});

const contextKey = (context: unknown): string =>
  toCacheKey({ userId: "u", message: "hi", context });

test("the order of a context's keys makes no other question, its values do", () => {
  expect(contextKey({ b: { d: 1, c: [2] }, a: 3 })).toBe(contextKey({ a: 3, b: { c: [2], d: 1 } }));
  expect(contextKey({ a: 3 })).not.toBe(contextKey({ a: 4 }));
});

test("the same words of another user are another question", () => {
  expect(toCacheKey({ userId: "a", message: "hi" })).not.toBe(
    toCacheKey({ userId: "b", message: "hi" }),
  );
});
