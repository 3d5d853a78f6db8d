import fc from "fast-check";
import { expect, test } from "vitest";

import { createCohortFinder, toCohort, tokenOf } from "#routing/cohort.ts";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const tokenFor = (claims: unknown, signature = "c2ln"): string =>
  `${encode({ alg: "HS256" })}.${encode(claims)}.${signature}`;
const from = (token: string | undefined, clientAddress = "203.0.113.9", userAgent = "agent") =>
  toCohort({ token, clientAddress, userAgent });

test("a subject's key is its sub, whoever signed the token", () => {
  expect(from(tokenFor({ sub: "u1" }))).toMatchObject({ kind: "subject", key: "u1" });
  expect(from(tokenFor({ sub: "u1" }, "b3RoZXI"))).toEqual(from(tokenFor({ sub: "u1" })));
});

test("a subject's key does not depend on address or user agent", () => {
  expect(from(tokenFor({ sub: "u1" }), "198.51.100.1", "other").key).toBe("u1");
});

test.each([
  undefined,
  "",
  "no-token",
  "a.b.c",
  tokenFor({}),
  tokenFor({ sub: "" }),
  tokenFor({ sub: 7 }),
])("without a usable sub (%s) the key is a hash of address and user agent", (token) => {
  expect(from(token).kind).toBe("anonymous");
  expect(from(token).key).toBe(from(token).key);
  expect(from(token).key).not.toBe(from(token, "203.0.113.10").key);
  expect(from(token).key).not.toBe(from(token, "203.0.113.9", "other").key);
  expect(from(token).key).not.toContain("203.0.113.9");
});

test("no text makes it throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (token) => {
      expect(["subject", "anonymous"]).toContain(from(token).kind);
    }),
  );
});

test("the hash for logs is short, stable and not the key", () => {
  const cohort = from(tokenFor({ sub: "11111111-1111-4111-8111-111111111111" }));
  expect(cohort.hash).toMatch(/^[0-9a-f]{12}$/u);
  expect(cohort.hash).not.toBe(from(tokenFor({ sub: "u2" })).hash);
});

test("what is remembered of a token is what it says, for every bearer and every address", () => {
  const find = createCohortFinder();
  const ask = (token: string | undefined, clientAddress: string) =>
    find({ token, clientAddress, userAgent: "agent" });
  for (const address of ["203.0.113.9", "203.0.113.10", "203.0.113.9"]) {
    for (const token of [undefined, "no-token", tokenFor({ sub: "u1" }), tokenFor({ sub: "u2" })]) {
      expect(ask(token, address)).toEqual(from(token, address));
    }
  }
});

test("a request's token stands in its Authorization header, a socket's in its query", () => {
  expect(tokenOf(false, "/x?token=q", "Bearer h")).toBe("h");
  expect(tokenOf(true, "/x?token=q", "Bearer h")).toBe("q");
  expect(tokenOf(true, "/x", "Bearer h")).toBeUndefined();
});

test("of two token parameters the last one counts", () => {
  expect(tokenOf(true, "/x?token=a&y=1&token=b", undefined)).toBe("b");
});

test("the scheme is taken in any case, and only Bearer is", () => {
  expect(tokenOf(false, "/", "bearer t")).toBe("t");
  expect(tokenOf(false, "/", "Bearer  t")).toBe("t");
  expect(tokenOf(false, "/", "Basic t")).toBeUndefined();
  expect(tokenOf(false, "/", "Bearer ")).toBeUndefined();
});
