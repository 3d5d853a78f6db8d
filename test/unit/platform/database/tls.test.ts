import { expect, test } from "vitest";

import { toTls } from "#platform/database/tls.ts";

test.each([
  ["postgres://u:p@127.0.0.1:5432/db", false],
  ["postgres://u@localhost/db", false],
  ["postgres://u@[::1]/db", false],
  ["postgres://u@db.example.com/db", { rejectUnauthorized: true }],
  ["postgres://u@db.example.com/db?sslmode=disable", false],
  ["postgres://u@db.example.com/db?sslmode=no-verify", { rejectUnauthorized: false }],
  ["postgres://u@127.0.0.1/db?sslmode=require", { rejectUnauthorized: true }],
  ["postgres://u@127.0.0.1/db?sslmode=verify-full", { rejectUnauthorized: true }],
])("%s is opened with TLS %j", (url, expected) => {
  expect(toTls(url)).toEqual(expected);
});

test("a mode that would fall back to plain text is refused", () => {
  expect(() => toTls("postgres://u@db.example.com/db?sslmode=prefer")).toThrow(
    'sslmode must be disable, no-verify, require, verify-ca or verify-full: found "prefer"',
  );
});
