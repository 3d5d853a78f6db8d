import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";

import { chatSend } from "#contracts/chat/send.contract.ts";
import type { AnswerBody } from "#contracts/contract.ts";
import { ROUTE_CONTRACTS } from "#contracts/index.ts";
import { validationBody } from "#contracts/schema/answers.ts";
import { flag, integer, optional, text } from "#contracts/schema/fields.ts";
import {
  parseLegacyBody,
  parseLegacyQuery,
  parseLegacyRequest,
  type Parsed,
  readLegacyBody,
} from "#contracts/validation/legacy-request.ts";

const encode = (body: string): Uint8Array => new TextEncoder().encode(body);

describe("a body is JSON where its type says so or says nothing", () => {
  test.each([
    undefined,
    "",
    "application/json",
    "APPLICATION/JSON; charset=latin-1",
    " application/vnd.api+json",
  ])("%s", (contentType) => {
    expect(readLegacyBody(contentType, encode("[1]"))).toEqual({ ok: true, body: [1] });
  });

  test.each(["text/plain", "application/jsonp", "json", "application/json/x", "text/json"])(
    "%s is a text",
    (contentType) => {
      expect(readLegacyBody(contentType, encode("[1]"))).toEqual({ ok: true, body: "[1]" });
    },
  );

  test("a byte order mark is no part of JSON, and is part of a text", () => {
    expect(readLegacyBody(undefined, encode("\ufeff1"))).toEqual({ ok: true, body: 1 });
    expect(readLegacyBody("text/plain", encode("\ufeff1"))).toEqual({ ok: true, body: "\ufeff1" });
  });

  test("no body at all is null, of whatever type", () => {
    expect(readLegacyBody("application/json", encode(""))).toEqual({ ok: true, body: null });
    expect(readLegacyBody("text/plain", encode(""))).toEqual({ ok: true, body: null });
  });
});

describe("a body that may be absent", () => {
  const schema = z.object({ voice: text().default("marin") }).prefault({});

  test.each([null, new Map()])("has its defaults from %o", (body) => {
    expect(parseLegacyBody(schema, body)).toEqual({ ok: true, value: { voice: "marin" } });
  });
});

describe("a query", () => {
  const schema = z.object({
    query: text({ minLength: 1 }),
    limit: integer({ minimum: 1, maximum: 1000 }).default(100),
    confirm: flag().default(false),
    pattern: optional(text()),
    year: integer().optional(),
  });

  test.each([
    ["query=a", { query: "a", limit: 100, confirm: false, pattern: null }],
    ["query=a+b%20c&limit=012", { query: "a b c", limit: 12, confirm: false, pattern: null }],
    ["query=a&query=b&confirm=on", { query: "b", limit: 100, confirm: true, pattern: null }],
    ["query=a&pattern", { query: "a", limit: 100, confirm: false, pattern: "" }],
    ["query=a&year=2025.0", { query: "a", limit: 100, confirm: false, pattern: null, year: 2025 }],
    ["query=%FF&unknown=1", { query: "\ufffd", limit: 100, confirm: false, pattern: null }],
  ])("%s", (search, value) => {
    expect(parseLegacyQuery(schema, search)).toEqual({ ok: true, value });
  });

  test("keeps a question mark that belongs to a name", () => {
    expect(parseLegacyQuery(schema, "?query=a").ok).toBe(false);
  });

  test("tells every fault, in the order of the fields", () => {
    expect(parseLegacyQuery(schema, "confirm=banana&limit=1001")).toEqual({
      ok: false,
      status: 422,
      body: '{"detail":[{"type":"missing","loc":["query","query"],"msg":"Field required","input":null},{"type":"less_than_equal","loc":["query","limit"],"msg":"Input should be less than or equal to 1000","input":"1001","ctx":{"le":1000}},{"type":"bool_parsing","loc":["query","confirm"],"msg":"Input should be a valid boolean, unable to interpret input","input":"banana"}]}',
    });
  });
});

test("one answer holds the faults of the query, then those of the body", () => {
  const schemas = { query: z.object({ hours: integer() }), body: z.object({ name: text() }) };
  expect(parseLegacyRequest(schemas, { search: "hours=x", body: new Map() })).toEqual({
    ok: false,
    status: 422,
    body: '{"detail":[{"type":"int_parsing","loc":["query","hours"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"},{"type":"missing","loc":["body","name"],"msg":"Field required","input":{}}]}',
  });
});

test("what is parsed has the static type of its contract", () => {
  const parsed = parseLegacyBody(chatSend.request.body, null);
  expectTypeOf(parsed).toEqualTypeOf<Parsed<z.output<typeof chatSend.request.body>>>();
  expectTypeOf<z.output<typeof chatSend.request.body>["user_id"]>().toEqualTypeOf<string | null>();
  expectTypeOf<AnswerBody<typeof chatSend, 200>["response"]>().toEqualTypeOf<string>();
  expect(parsed.ok).toBe(false);
});

/** True of a value, and of a refusal in the legacy's shape. */
function isSound(parsed: Parsed<unknown>): boolean {
  if (parsed.ok) return true;
  const body: unknown = JSON.parse(parsed.body);
  return parsed.status === 422
    ? validationBody.safeParse(body).success
    : z.object({ detail: z.literal("There was an error parsing the body") }).safeParse(body)
        .success;
}

/** Bodies that come close: the right keys with anything in them, NaN and lone surrogates included. */
function nearBodies(schema: z.ZodType): fc.Arbitrary<string> {
  const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
  const keys = inner instanceof z.ZodObject ? Object.keys(inner.shape) : ["a"];
  const value = fc.oneof(
    fc.json({ maxDepth: 3 }),
    fc.constantFrom("NaN", "-Infinity", "1e400", String.raw`"\ud800"`, '{"__proto__":{}}'),
  );
  const fields = fc.dictionary(fc.constantFrom(...keys, "__proto__", "constructor"), value);
  return fields.map((entries) => {
    const members = Object.entries(entries).map(([key, json]) => `${JSON.stringify(key)}:${json}`);
    return `{${members.join()}}`;
  });
}

describe("hostile input is taken or refused in the legacy's shape, and never throws", () => {
  const withBody = ROUTE_CONTRACTS.flatMap(({ id, request }) =>
    request.body === undefined ? [] : [{ id, schema: request.body }],
  );
  const withQuery = ROUTE_CONTRACTS.flatMap(({ id, request }) =>
    request.query === undefined ? [] : [{ id, schema: request.query }],
  );

  test.each(withBody)("a body of $id", ({ schema }) => {
    const contentType = fc.constantFrom(undefined, "application/json", "text/plain", "x/+json");
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.json().map(encode),
      nearBodies(schema).map(encode),
      fc.string({ unit: "binary" }).map(encode),
    );
    fc.assert(
      fc.property(contentType, bytes, (type, body) => {
        const read = readLegacyBody(type, body);
        expect(isSound(read.ok ? parseLegacyBody(schema, read.body) : read)).toBe(true);
      }),
    );
  });

  test.each(withQuery)("a query of $id", ({ schema }) => {
    const pair = fc.tuple(fc.constantFrom(...Object.keys(schema.shape)), fc.string());
    const searches = fc.oneof(
      fc.string(),
      fc.array(pair).map((pairs) => new URLSearchParams(pairs).toString()),
    );
    fc.assert(
      fc.property(searches, (search) => {
        expect(isSound(parseLegacyQuery(schema, search))).toBe(true);
      }),
    );
  });
});
