import { randomBytes } from "node:crypto";

import fc from "fast-check";
import { expect, test } from "vitest";

import { createRedactor } from "#platform/redaction/redact.ts";
import { createTokenBook } from "#platform/redaction/token-book.ts";
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

const reference = `{{token:${book.nameOf(token)}}}`;

test.each([
  ["behind an encoded blank", `/x?note=Bearer%20${token}`, `/x?note=Bearer%20${reference}`],
  ["behind a letter", `/x?note=X${token}`, `/x?note=X${reference}`],
  ["with encoded dots", `/x?n=${token.replaceAll(".", "%2E")}`, `/x?n=${reference}`],
  ["encoded twice", `/x?next=%252Fy%253Fa%253D${token}`, `/x?next=%2Fy%3Fa%3D${reference}`],
  ["in a path", `/x/${token}/y`, `/x/${reference}/y`],
])("a token %s of a target becomes its name", (_, target, clean) => {
  expect(redactor.target(target)).toBe(clean);
});

test.each([
  `Bearer%20${token}`,
  `X${token}`,
  `${token}.${token}`,
  `eyJ9.eyJ9.${token}`,
  `viewonline.com.${token}`,
  `eyJ..${token}`,
])("a token within a text is nowhere in the JSON that holds it: %s", (text) => {
  const body = redactor.body(JSON.stringify({ text }));
  expect(body).not.toContain(token.split(".")[2]);
  expect(body).not.toContain(token.split(".")[1]);
});

test.each([
  [
    "a form",
    "password=hunter2&email=form%40mail.com&token=S3cret&page=2",
    "password=[redacted]&email=[redacted]&token=[redacted]&page=2",
  ],
  ["a bare address", "a@b.com", "user@example.com"],
  [
    "a stream",
    'event: x\ndata: {"password":"S3cret","n":1.0}\n\ndata: {"jwt":["S3cret"]}\n\n',
    'event: x\ndata: {"password":"[redacted]","n":1.0}\n\ndata: {"jwt":["[redacted]"]}\n\n',
  ],
  ["JSON lines", '{"otp":"S3cret"}\r\n{"a":1}', '{"otp":"[redacted]"}\r\n{"a":1}'],
])("%s is redacted by its own form", (_, body, clean) => {
  expect(redactor.body(body)).toBe(clean);
});

test.each([
  ["/x?token=%zz&a=%E0%A4", "/x?token=[redacted]&a=%E0%A4"],
  ["/api/v1/pam/nothing/user%40path.org/x?y", "/api/v1/pam/nothing/user@example.com/x?y"],
  ["/x/a%2540b.com", "/x/user@example.com"],
  ["/x?q=a%2540b.com", "/x?q=user@example.com"],
  ["/x?q=tel:+14155550123", "/x?q=tel%3A%2B10000000000"],
  ["/x?q=0412+345+678", "/x?q=%2B10000000000"],
  [
    "/x?token[]=S&jwt=S&code=S&key=S",
    "/x?token[]=[redacted]&jwt=[redacted]&code=[redacted]&key=[redacted]",
  ],
  ["/x?%74oken=S&user%5Bpassword%5D=S", "/x?%74oken=[redacted]&user%5Bpassword%5D=[redacted]"],
  ["/x?q=a%20b&empty=&flag", "/x?q=a%20b&empty=&flag"],
])("of a target only what is secret or personal goes: %s", (target, clean) => {
  expect(redactor.target(target)).toBe(clean);
});

test("any target stays one that can be asked for", () => {
  fc.assert(
    fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => {
      expect(redactor.target(`/a@b.com${path}?${query}`)).toMatch(/^\/user@example\.com/);
    }),
  );
});

test.each([
  "tokens|password|passphrase|credentials|private_key|accessKey|session_token|jwt|otp|pin|pwd|phone_numbers|emails",
])("what stands anywhere below a telling name goes: %s", (names) => {
  for (const name of names.split("|")) {
    for (const value of ["S3cret", ["S3cret"], { v: "S3cret", deep: [{ w: "S3cret" }] }]) {
      const body = redactor.body(JSON.stringify({ [name]: value }));
      expect(body).toContain(`{"${name}":`);
      expect(body).not.toContain("S3cret");
    }
  }
});

test("an address goes where it is a name, a count of tokens and a switch stay", () => {
  expect(redactor.body('{"ada@lovelace.example": 1, "b": 2}')).toBe(
    '{"user@example.com": 1, "b": 2}',
  );
  const usage = '{"total_tokens":12,"has_phone":true,"microphone":"on"}';
  expect(redactor.body(usage)).toBe(usage);
});

test.each([
  "my password: hunter2secret!",
  "sk-ant-api03-hunter2",
  "Bearer hunter2hunter2",
  "postgres://pam:hunter2@db/pam",
])("a text tells no secret: %s", (text) => {
  expect(redactor.body(JSON.stringify({ text }))).not.toContain("hunter2");
  expect(redactor.body(text)).not.toContain("hunter2");
});

test("of an answer's headers those stay that say nothing of a person", () => {
  const secret = ["X-Auth-Token", "authorization", "x-refresh-token", "set-cookie"];
  for (const name of secret)
    expect(redactor.responseHeaders([name, "opaque"])).toEqual([name, "[redacted]"]);
  const plain = ["content-type", "text/html", "X-RateLimit-Limit", "5", "vary", "origin"];
  expect(redactor.responseHeaders(plain)).toEqual(plain);
  expect(
    redactor.responseHeaders([
      "Location",
      `https://pam.example/user%40path.org?token=${token}#code=S`,
    ]),
  ).toEqual([
    "Location",
    `https://pam.example/user@example.com?token=${reference}#code=[redacted]`,
  ]);
});

test.each(["a", "eyJ", "\n"])("a megabyte of %j is not searched again and again", (part) => {
  const body = part.repeat(1_000_000 / part.length);
  expect(redactor.body(body)).toBe(body);
});

/** A JSON text with every scalar but null made one. */
const shape = (json: string): string =>
  JSON.stringify(JSON.parse(json), (_, item: unknown) =>
    ["string", "number", "boolean"].includes(typeof item) ? 0 : item,
  );

/** Names that say nothing of a person; one that does is rewritten like any other text. */
const objectsOfPlainNames = fc.object({
  key: fc.stringMatching(/^[a-z_]{1,12}$/),
  values: [fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null)],
});

test("a redacted JSON text is JSON of the same shape", () => {
  fc.assert(
    fc.property(fc.array(objectsOfPlainNames), (value) => {
      const text = JSON.stringify(value);
      expect(shape(redactor.body(text))).toBe(shape(text));
    }),
  );
});

test("a name in a JSON text that is an address is rewritten as well", () => {
  expect(redactor.body('{"sam@path.org":null}')).toBe('{"user@example.com":null}');
});

test("a JSON text is still one when it is redacted", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(() => JSON.parse(redactor.body(JSON.stringify(value)))).not.toThrow();
    }),
  );
});
