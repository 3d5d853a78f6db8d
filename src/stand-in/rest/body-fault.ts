import type { LegacyBody } from "#contracts/legacy-routes.ts";
import { toPythonJson } from "#contracts/validation/python-json-text.ts";
import { readPythonJson } from "#contracts/validation/python-json.ts";
import { isDict, isList, type PythonValue } from "#contracts/validation/python-value.ts";
import { findUtf8Fault } from "#stand-in/auth/utf8-fault.ts";
import { isJsonType, toJsonText } from "#stand-in/rest/body-digest.ts";
import { headerOf, type LegacyRequest } from "#stand-in/rest/legacy-request.ts";

/** Why a body is refused before any field is looked at. `text` is the JSON body of the answer. */
export type BodyFault =
  | { readonly kind: "refused"; readonly status: 400 | 422; readonly text: string }
  /** The legacy's own failure: 500. */
  | { readonly kind: "failed" };

const refused = (status: 400 | 422, text: string): BodyFault => ({ kind: "refused", status, text });

/** What cannot be read at all; the legacy says so even to callers that it does not let in. */
export function findSyntaxFault(request: LegacyRequest, wanted: LegacyBody): BodyFault | undefined {
  const { headers, body } = request;
  if (wanted === "none" || body.length === 0) return undefined;
  if (!isJsonType(headerOf(headers, "content-type"))) return undefined;
  if (findUtf8Fault(body) !== undefined) {
    return refused(400, '{"detail":"There was an error parsing the body"}');
  }
  const reading = readPythonJson(toJsonText(body));
  if (reading.kind === "value") return undefined;
  if (reading.kind === "unreadable") return { kind: "failed" };
  const context = JSON.stringify({ error: reading.message });
  return refused(
    422,
    `{"detail":[{"type":"json_invalid","loc":["body",${reading.position}],` +
      `"msg":"JSON decode error","input":{},"ctx":${context}}]}`,
  );
}

const TYPE_FAULTS = {
  model: [
    "model_attributes_type",
    "Input should be a valid dictionary or object to extract fields from",
  ],
  object: ["dict_type", "Input should be a valid dictionary"],
  array: ["list_type", "Input should be a valid list"],
} as const;

/** A body that is missing or of the wrong type as a whole. */
export function findTypeFault(request: LegacyRequest, wanted: LegacyBody): BodyFault | undefined {
  if (wanted === "none") return undefined;
  const value = readValue(request);
  if (value === null) {
    if (wanted === "optional-model") return undefined;
    return refused(
      422,
      '{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}',
    );
  }
  const shape = wanted === "optional-model" ? "model" : wanted;
  if (shape === "array" ? isList(value) : isDict(value)) return undefined;
  const [type, message] = TYPE_FAULTS[shape];
  return refused(
    422,
    `{"detail":[{"type":"${type}","loc":["body"],"msg":"${message}","input":${toPythonJson(value)}}]}`,
  );
}

/** A body of another type than JSON is its own text to the validator. */
function readValue({ headers, body }: LegacyRequest): PythonValue {
  if (body.length === 0) return null;
  if (!isJsonType(headerOf(headers, "content-type"))) return body.toString("utf8");
  const reading = readPythonJson(toJsonText(body));
  return reading.kind === "value" ? reading.value : null;
}
