import type { z } from "zod";

import { FAULTS } from "#contracts/validation/fault.ts";
import { type Issue, toIssueDict } from "#contracts/validation/issue.ts";
import { toPythonJson } from "#contracts/validation/python-json-text.ts";
import { readPythonJson } from "#contracts/validation/python-json.ts";
import type { PythonValue } from "#contracts/validation/python-value.ts";
import { isOptional, readFields, readValue, report } from "#contracts/validation/read-value.ts";

/** An answer in the legacy's own bytes; its content type is `application/json`. */
export interface Refusal {
  readonly ok: false;
  readonly status: 400 | 422;
  readonly body: string;
}

/** A body that was read and not yet validated. No body at all reads as null, as it does in the legacy. */
export interface ReadBody {
  readonly ok: true;
  readonly body: PythonValue;
}

export type Parsed<Value> = { readonly ok: true; readonly value: Value } | Refusal;

const UNREADABLE: Refusal = {
  ok: false,
  status: 400,
  body: '{"detail":"There was an error parsing the body"}',
};

const refuse = (issues: readonly Issue[]): Refusal => ({
  ok: false,
  status: 422,
  body: toPythonJson(new Map([["detail", issues.map(toIssueDict)]])),
});

/** RFC 6839 suffixes included: `application/vnd.api+json; charset=x` is JSON. */
function isJson(contentType: string): boolean {
  const [essence = ""] = contentType.split(";", 1);
  const [type, subtype = "", ...more] = essence.trim().toLowerCase().split("/");
  return (
    type === "application" && more.length === 0 && (subtype === "json" || subtype.endsWith("+json"))
  );
}

function decodeUtf8(bytes: Uint8Array, { ignoreBOM }: { ignoreBOM: boolean }): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Reads a body before anything is known of the caller: malformed JSON is refused even without a token.
 * JSON is what says so or says nothing; any other type is a text, which no contract accepts. Bytes that
 * are not UTF-8 are refused with 400, where the legacy answers a 500 to those that do not claim to be
 * JSON. Never throws.
 */
export function readLegacyBody(
  contentType: string | undefined,
  bytes: Uint8Array,
): ReadBody | Refusal {
  if (bytes.length === 0) return { ok: true, body: null };
  const claimsJson = contentType === undefined || contentType === "" || isJson(contentType);
  const text = decodeUtf8(bytes, { ignoreBOM: !claimsJson });
  if (text === undefined) return UNREADABLE;
  if (!claimsJson) return { ok: true, body: text };
  const reading = readPythonJson(text);
  switch (reading.kind) {
    case "value":
      return { ok: true, body: reading.value };
    case "unreadable":
      return UNREADABLE;
    case "invalid":
      return refuse([
        {
          type: "json_invalid",
          loc: ["body", reading.position],
          msg: "JSON decode error",
          input: new Map(),
          ctx: new Map([["error", reading.message]]),
        },
      ]);
  }
}

function readQuery(schema: z.ZodObject, search: string, issues: Issue[]): unknown {
  // A constructor that is given no "?" of its own would take one that belongs to the first name.
  const parameters = new URLSearchParams(`?${search}`);
  // Building a Map keeps the last of equal names.
  const fields = new Map<string, PythonValue>(parameters);
  return readFields(schema, fields, { loc: ["query"], issues, missingInput: null });
}

function readBody(schema: z.ZodType, body: PythonValue, issues: Issue[]): unknown {
  const place = { loc: ["body"], issues };
  if (body !== null) return readValue(schema, body, place);
  return isOptional(schema) ? undefined : report(place, FAULTS.missing, null);
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  read: unknown,
  issues: readonly Issue[],
): Parsed<z.output<Schema>> {
  return issues.length > 0 ? refuse(issues) : { ok: true, value: schema.parse(read) };
}

/**
 * Validates a query as the legacy does, and gives it typed or as the legacy's own 422 with every fault,
 * in the order of the fields. `search` is the part of the URL after the first `?`. Throws only where a
 * schema contradicts its own rules.
 */
export function parseLegacyQuery<Query extends z.ZodObject>(
  schema: Query,
  search: string,
): Parsed<z.output<Query>> {
  const issues: Issue[] = [];
  return parse(schema, readQuery(schema, search, issues), issues);
}

/** The same for a body that `readLegacyBody` gave. Linear in the body. */
export function parseLegacyBody<Body extends z.ZodType>(
  schema: Body,
  body: PythonValue,
): Parsed<z.output<Body>> {
  const issues: Issue[] = [];
  return parse(schema, readBody(schema, body, issues), issues);
}

/** The same for both parts of one request: one answer holds the faults of the query, then the body's. */
export function parseLegacyRequest<Query extends z.ZodObject, Body extends z.ZodType>(
  schemas: { readonly query: Query; readonly body: Body },
  parts: { readonly search: string; readonly body: PythonValue },
): Parsed<{ readonly query: z.output<Query>; readonly body: z.output<Body> }> {
  const issues: Issue[] = [];
  const query = readQuery(schemas.query, parts.search, issues);
  const body = readBody(schemas.body, parts.body, issues);
  if (issues.length > 0) return refuse(issues);
  return {
    ok: true,
    value: { query: schemas.query.parse(query), body: schemas.body.parse(body) },
  };
}
