import { expect, test } from "vitest";

import { mayFallBack, type NativeFailure } from "#delivery/guard/index.ts";

const failure = (more: Partial<NativeFailure> = {}): NativeFailure => ({
  method: "GET",
  route: { effect: "read" },
  hasBegun: false,
  status: 500,
  isClientGone: false,
  isOverride: false,
  ...more,
});

test.each(["GET", "HEAD"])(
  "a %s that failed before its first byte may be answered by legacy",
  (method) => {
    expect(mayFallBack(failure({ method }))).toBe(true);
  },
);

test.each([
  ["a POST, even one that only reads", { method: "POST" }],
  ["a GET that writes, as some of the legacy's do", { route: { effect: "write" } }],
  ["a path without a row", { route: undefined }],
  ["an answer that has begun", { hasBegun: true }],
  ["an answer that is the client's fault", { status: 404 }],
  ["a client that has left", { isClientGone: true }],
  ["an operator's own try", { isOverride: true }],
] as const)("%s may not", (_name, more) => {
  expect(mayFallBack(failure(more))).toBe(false);
});
