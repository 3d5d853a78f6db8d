import { randomBytes } from "node:crypto";

import fc from "fast-check";
import { expect, test } from "vitest";

import { createRedactor } from "#contract-suite/record/redact.ts";
import { createTokenBook } from "#contract-suite/record/token-book.ts";
import { signToken } from "#support/sign-token.ts";

const book = createTokenBook(randomBytes(32), {});
const redactor = createRedactor(book);

const SUBJECT = "9f0c1c1e-7d7b-4a55-8f52-0d2f4c3a7b11";
const token = await signToken({ sub: SUBJECT, email: "ada@lovelace.example" });

test("a token becomes a name, and what is kept of it cannot be used or traced", () => {
  const [name, value] = redactor.requestHeaders(["Authorization", `Bearer ${token}`]);
  expect(name).toBe("Authorization");
  expect(value).toMatch(/^Bearer \{\{token:live-[0-9a-f]{16}\}\}$/);
  const kept = JSON.stringify([...book.tokens]);
  expect(kept).not.toContain(SUBJECT);
  expect(kept).not.toContain("lovelace");
  expect(kept).not.toContain(token.split(".")[2]);
});

test("a subject that a token named is replaced wherever else it stands, by the same pseudonym", () => {
  const target = redactor.target(`/api/v1/pam/ws/${SUBJECT}?token=${token}`);
  const pseudonym = /ws\/([0-9a-f-]{36})\?token=\{\{token:live-/.exec(target)?.[1];
  expect(pseudonym).toBeDefined();
  expect(redactor.body(JSON.stringify({ user_id: SUBJECT }))).toBe(`{"user_id":"${pseudonym}"}`);
});

test.each([
  [
    "an e-mail address",
    '{"a":"write to ada@lovelace.example"}',
    '{"a":"write to user@example.com"}',
  ],
  ["an international number", '{"a":"call +49 (30) 1234-5678"}', '{"a":"call +10000000000"}'],
  ["a number in groups", '{"a":"call 555-123-4567 now"}', '{"a":"call +10000000000 now"}'],
  ["a national number", '{"a":"call 0412 345 678"}', '{"a":"call +10000000000"}'],
  ["a password", '{"password": "x"}', '{"password": "[redacted]"}'],
  ["a number under a telling name", '{"phone":5551234567}', '{"phone":"[redacted]"}'],
  ["a text that is no JSON", "mail ada@lovelace.example", "mail user@example.com"],
])("%s is taken out of a body", (_, body, clean) => {
  expect(redactor.body(body)).toBe(clean);
});

test("a token in the text of a body becomes its name", () => {
  const name = book.nameOf(token);
  expect(redactor.body(`{"a":"see ${token}"}`)).toBe(`{"a":"see {{token:${name}}}"}`);
});

test.each([
  '{"at":"2026-11-22T20:33:44.820145","cost": 14.0,"n":1795379938.123}',
  '{"id":"0b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10","month":"2026-11-22","km":"1200 - 1500"}',
  '{"text":"\\u00fcber","emoji":"😀","request_id":"req_1795379938123_471100000000001"}',
])("what is neither secret nor personal keeps its bytes: %s", (body) => {
  expect(redactor.body(body)).toBe(body);
});

test("cookies and secrets go, headers that say nothing of a person stay", () => {
  expect(
    redactor.requestHeaders(
      "Cookie|a=b|X-Api-Key|k|Content-Type|application/json|X-Forwarded-For|8.8.8.8".split("|"),
    ),
  ).toEqual(
    "Cookie|[redacted]|X-Api-Key|[redacted]|Content-Type|application/json|X-Forwarded-For|203.0.0.1".split(
      "|",
    ),
  );
  expect(redactor.responseHeaders(["Set-Cookie", "session=1"])).toEqual([
    "Set-Cookie",
    "[redacted]",
  ]);
  expect(redactor.target("/x?x_internal_secret=s3cret&limit=2&email=a%40b.example")).toBe(
    "/x?x_internal_secret=[redacted]&limit=2&email=[redacted]",
  );
});

/** A JSON text with every scalar but null made one. */
const shape = (json: string): string =>
  JSON.stringify(JSON.parse(json), (_, item: unknown) =>
    ["string", "number", "boolean"].includes(typeof item) ? 0 : item,
  );

test("a redacted JSON text is JSON of the same shape", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(shape(redactor.body(text))).toBe(shape(text));
    }),
  );
});
