import { describe, expect, test } from "vitest";
import { z } from "zod";

import { chatBody, createChatBody } from "#contracts/chat/send.contract.ts";
import { ROUTE_CONTRACTS } from "#contracts/index.ts";
import { flag, float, integer, list, text } from "#contracts/schema/fields.ts";
import {
  parseLegacyBody,
  type Parsed,
  readLegacyBody,
} from "#contracts/validation/legacy-request.ts";
import { MAX_ISSUES } from "#contracts/validation/read-value.ts";

// What pydantic 2.13 said of each body.
import vectors from "./pydantic-vectors.json" with { type: "json" };

const bodies = new Map(ROUTE_CONTRACTS.map(({ id, request }) => [id, request.body]));

function parse<Body extends z.ZodType>(schema: Body, json: string): Parsed<z.output<Body>> {
  const read = readLegacyBody("application/json", Buffer.from(json));
  return read.ok ? parseLegacyBody(schema, read.body) : read;
}

describe("a body is refused in pydantic's words", () => {
  const refused = vectors.flatMap(({ route, body, refusal }) =>
    refusal === undefined ? [] : [{ route, body, refusal }],
  );

  test.each(refused)("$route: $body", ({ route, body, refusal }) => {
    expect(parse(bodies.get(route) ?? z.never(), body)).toEqual({
      ok: false,
      status: 422,
      body: refusal,
    });
  });
});

describe("a body that pydantic takes is read as it reads it", () => {
  const taken = vectors.flatMap(({ route, body, value }) =>
    value === undefined ? [] : [{ route, body, value }],
  );

  test.each(taken)("$route: $body", ({ route, body, value }) => {
    expect(parse(bodies.get(route) ?? z.never(), body)).toEqual({ ok: true, value });
  });
});

const valueOf = (schema: z.ZodType, json: string): unknown => {
  const parsed = parse(z.object({ field: schema }), `{"field": ${json}}`);
  return parsed.ok ? parsed.value["field"] : typeOf(parsed);
};

const details = z.object({ detail: z.array(z.object({ type: z.string(), msg: z.string() })) });

function typeOf(parsed: Parsed<unknown>): string {
  const [first] = parsed.ok ? [] : details.parse(JSON.parse(parsed.body)).detail;
  return first?.type ?? "";
}

describe("values are read in pydantic's lax mode", () => {
  test.each([
    ["2025", 2025],
    ['" 2025 "', 2025],
    ['"2025.0"', 2025],
    ['"1_000"', 1000],
    ['"012"', 12],
    ["4.0", 4],
    ["true", 1],
    ['"1e3"', "int_parsing"],
    ['""', "int_parsing"],
    ["4.5", "int_from_float"],
    ["1e300", "int_parsing_size"],
    ["NaN", "finite_number"],
    ["[]", "int_type"],
    [`"${"9".repeat(4301)}"`, "int_parsing_size"],
  ])("an integer from %s", (json, expected) => {
    expect(valueOf(integer(), json)).toBe(expected);
  });

  test.each([
    ["1", 1],
    ['" .5 "', 0.5],
    ['"1e3"', 1000],
    ['"-inf"', Number.NEGATIVE_INFINITY],
    ["NaN", Number.NaN],
    ["1e400", Number.POSITIVE_INFINITY],
    ['"1__0"', "float_parsing"],
    ['"0x10"', "float_parsing"],
    [`1${"0".repeat(400)}`, "float_type"],
    ["{}", "float_type"],
  ])("a float from %s", (json, expected) => {
    expect(valueOf(float(), json)).toBe(expected);
  });

  test.each([
    ['"yes"', true],
    ['"ON"', true],
    ['"n"', false],
    ["0", false],
    ["1.0", true],
    ['" true"', "bool_parsing"],
    ["2", "bool_parsing"],
    ["1.5", "bool_type"],
    ["null", "bool_type"],
  ])("a boolean from %s", (json, expected) => {
    expect(valueOf(flag(), json)).toBe(expected);
  });

  test.each([
    ['"a"', "a"],
    ["5", "string_type"],
    [String.raw`"\ud800"`, "string_unicode"],
  ])("a text from %s", (json, expected) => {
    expect(valueOf(text(), json)).toBe(expected);
  });

  test("a length is counted in code points, after white space is stripped", () => {
    const short = text({ maxLength: 2, minLength: 1, strip: true });
    expect(valueOf(short, '" 😀😀\u0085"')).toBe("😀😀");
    expect(valueOf(short, '"😀😀😀"')).toBe("string_too_long");
    expect(valueOf(short, '"\u2003"')).toBe("string_too_short");
  });

  test("a list that is too long is one fault, whatever its items are", () => {
    expect(parse(list(text(), { maxItems: 2 }), '[1, "b", "c"]')).toEqual({
      ok: false,
      status: 422,
      body: '{"detail":[{"type":"too_long","loc":["body"],"msg":"List should have at most 2 items after validation, not 3","input":[1,"b","c"],"ctx":{"field_type":"List","max_length":2,"actual_length":3}}]}',
    });
  });
});

describe("a sanitiser's refusal", () => {
  const sanitised = createChatBody({
    message: (message) => (message.includes("<") ? "Message refused" : undefined),
    context: (context) => ("bad" in context ? "Context refused" : undefined),
  });

  test("stands among the other faults, at its field's turn", () => {
    const parsed = parse(
      sanitised,
      '{"context": {"bad": 1}, "session_id": "?", "message": "<b>", "voice_input": "maybe"}',
    );
    expect(parsed.ok ? [] : details.parse(JSON.parse(parsed.body)).detail).toMatchObject([
      { type: "value_error", msg: "Value error, Message refused" },
      { type: "string_pattern_mismatch" },
      { type: "value_error", msg: "Value error, Context refused" },
      { type: "bool_parsing" },
    ]);
  });

  test("comes only where the shape is right", () => {
    expect(typeOf(parse(sanitised, `{"message": "<${"x".repeat(2000)}"}`))).toBe("string_too_long");
  });
});

test("a chat body is given typed, with every default", () => {
  const parsed = parse(chatBody, '{"message": " Hello ", "unknown": 1, "context": {"lat": 1.0}}');
  expect(parsed).toEqual({
    ok: true,
    value: {
      message: "Hello",
      user_id: null,
      session_id: null,
      conversation_id: null,
      context: { lat: 1 },
      use_case: null,
      voice_input: false,
      attachments: [],
      auth_token: null,
    },
  });
});

test("the number of faults in one answer is bounded", () => {
  const parsed = parse(list(text()), `[${"1,".repeat(MAX_ISSUES * 2)}1]`);
  expect(parsed.ok ? [] : details.parse(JSON.parse(parsed.body)).detail).toHaveLength(MAX_ISSUES);
});
