import { describe, expect, test } from "vitest";

import type { RecordedToken } from "#contracts/recordings/recording.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import {
  classifyAuthorization,
  classifyToken,
  isAdmin,
  toRefusal,
} from "#stand-in/auth/auth-case.ts";

const SECRET = "a-secret-of-this-test";
const NOW = 1_800_000_000;
const check = { secret: SECRET, nowSeconds: NOW };
const sign = createTokenSigner(SECRET);

const token = (
  claims: Readonly<Record<string, unknown>>,
  signature: RecordedToken["signature"] = "valid",
  alg = "HS256",
): string => sign({ header: { alg, typ: "JWT" }, claims: { sub: "u", ...claims }, signature });

const segments = (header: string, payload: string): string =>
  [header, payload].map((text) => Buffer.from(text).toString("base64url")).join(".");

describe("the legacy refuses a token over REST", () => {
  test.each([
    ["no segments", "not-a-jwt", "Invalid JWT format: Not enough segments"],
    ["two segments", "abc.def", "Invalid JWT format: Not enough segments"],
    ["a header of impossible length", "a.b.c", "Invalid JWT format: Invalid header padding"],
    [
      "an empty header",
      `.e30.`,
      "Invalid JWT format: Invalid header string: Expecting value: line 1 column 1 (char 0)",
    ],
    [
      "a header that is no object",
      `${segments("[]", "{}")}.`,
      "Invalid JWT format: Invalid header string: must be a json object",
    ],
    [
      "a payload that is no object",
      `${segments("{}", "1")}.`,
      "Invalid JWT format: Invalid payload string: must be a json object",
    ],
    ["a payload of impossible length", "e30.a.", "Invalid JWT format: Invalid payload padding"],
    ["a signature of impossible length", "e30.e30.a", "Invalid JWT format: Invalid crypto padding"],
    [
      "a header in another encoding",
      `${Buffer.from([0xff]).toString("base64url")}.e30.`,
      "Invalid JWT format: Invalid header string: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
    ],
    ["signed and expired", token({ exp: NOW }), "Token expired - please refresh"],
    ["no subject", token({ sub: undefined }), "Invalid token: missing user ID"],
    ["an empty subject", token({ sub: "" }), "Invalid token: missing user ID"],
  ])("%s", (_, given, detail) => {
    expect(toRefusal(classifyToken(given, "if-signed", check))).toBe(detail);
  });
});

describe("the legacy accepts a token over REST", () => {
  test.each([
    ["signed", token({ exp: NOW + 1 })],
    ["signed by another", token({ exp: NOW + 1 }, "other-key")],
    ["expired and signed by another", token({ exp: 1 }, "other-key")],
    ["expired and unsigned", token({ exp: 1 }, "none", "none")],
    ["expired and of another algorithm", token({ exp: 1 }, "valid", "RS256")],
    ["tampered with", token({ exp: 1 }, "tampered")],
    ["without an expiry", token({})],
    ["with an expiry that is no number", token({ exp: "soon" })],
    ["expired and not valid yet", token({ exp: 1, nbf: NOW + 100 })],
    ["expired and issued in the future", token({ exp: 1, iat: NOW + 100 })],
    ["with a number for a subject", token({ sub: 12_345 })],
  ])("%s", (_, given) => {
    expect(classifyToken(given, "if-signed", check).kind).toBe("accepted");
  });
});

test("a socket minds the expiry of any token", () => {
  expect(classifyToken(token({ exp: 1 }, "other-key"), "always", check).kind).toBe("expired");
  expect(classifyToken(token({ exp: "soon" }), "always", check).kind).toBe("accepted");
});

describe("the header", () => {
  const good = token({});
  test.each([
    [undefined, "missing"],
    ["Bearer", "missing"],
    ["Bearer ", "missing"],
    [good, "missing"],
    [`Basic ${good}`, "missing"],
    [`bearer ${good}`, "accepted"],
    [`Bearer  ${good}`, "accepted"],
  ])("%j is %s", (header, kind) => {
    expect(classifyAuthorization(header, "jwt", check).kind).toBe(kind);
  });

  test("is not looked at on an open route", () => {
    expect(classifyAuthorization("Bearer x", "open", check).kind).toBe("unchecked");
  });

  test("of another scheme is told apart on the debug route only", () => {
    expect(classifyAuthorization("Basic x", "debug", check).kind).toBe("wrong-scheme");
  });
});

test("whoever claims to be an administrator is one", () => {
  expect(isAdmin({ role: "administrator" })).toBe(true);
  expect(isAdmin({ is_admin: true })).toBe(true);
  expect(isAdmin({ role: "service_role" })).toBe(false);
});
