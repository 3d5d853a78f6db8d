import { describe, expect, test } from "vitest";

import { matchPath, resolvePath } from "#stand-in/rest/resolve-path.ts";

describe("a path", () => {
  test.each([
    ["GET", "/api/v1/pam/health", { kind: "found" }],
    ["GET", "/api/v1/pam/%68ealth?x=1", { kind: "found" }],
    ["GET", "/api/v1/pam%2Fhealth", { kind: "found" }],
    ["PATCH", "/api/v1/pam/history", { kind: "method-not-allowed", allow: "GET" }],
    ["GET", "/api/v1/pam/voice", { kind: "method-not-allowed", allow: "OPTIONS" }],
    ["HEAD", "/api/v1/pam/health", { kind: "method-not-allowed", allow: "GET" }],
    ["POST", "/api/v1/pam/chat/?a=b", { kind: "redirect", location: "/api/v1/pam/chat?a=b" }],
    ["GET", "/api/v1/pam/health//", { kind: "redirect", location: "/api/v1/pam/health" }],
    [
      "GET",
      "/api/v1/voice/status/a%20b%5B1%5D/",
      { kind: "redirect", location: "/api/v1/voice/status/a%20b[1]" },
    ],
    ["GET", "/api/v1/pam", { kind: "not-found" }],
    ["GET", "/api/v1/pam//health", { kind: "not-found" }],
    ["GET", "/api/v1/PAM/health", { kind: "not-found" }],
    ["GET", "/api/v1/pam/ws/someone", { kind: "not-found" }],
  ])("%s %s", (method, target, expected) => {
    expect(resolvePath(method, target)).toMatchObject(expected);
  });
});

test("a parameter takes any text but none", () => {
  expect(matchPath("/a/{id}", "/a/b c")).toEqual({ id: "b c" });
  expect(matchPath("/a/{id}", "/a/")).toBeUndefined();
  expect(matchPath("/a/{id}", "/a/b/c")).toBeUndefined();
});
