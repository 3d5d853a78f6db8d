import { readPythonJson } from "#contracts/validation/python-json.ts";
import { toPlainValue } from "#contracts/validation/python-value.ts";
import { headerOf, type LegacyRequest } from "#stand-in/rest/legacy-request.ts";

/** What can be compared of a body: its leaves by JSON Pointer where the legacy would parse it. */
export type BodyDigest =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly leaves: ReadonlyMap<string, string> }
  | { readonly kind: "text"; readonly contentType: string; readonly bytes: Buffer };

/** FastAPI parses `application/json`, `application/*+json` and bodies of no declared type. */
function isJsonType(contentType: string | undefined): boolean {
  if (contentType === undefined) return true;
  return /^application\/([\w.-]+\+)?json$/i.test((contentType.split(";", 1)[0] ?? "").trim());
}

/** Python's `json.loads` of bytes lets a byte order mark pass. */
const toJsonText = (body: Buffer): string => body.toString("utf8").replace(/^\uFEFF/, "");

export function digestBody({ headers, body }: LegacyRequest): BodyDigest {
  if (body.length === 0) return { kind: "none" };
  const contentType = headerOf(headers, "content-type");
  if (isJsonType(contentType)) {
    const reading = readPythonJson(toJsonText(body));
    if (reading.kind === "value") {
      return { kind: "json", leaves: new Map(leavesOf(toPlainValue(reading.value), "")) };
    }
  }
  return {
    kind: "text",
    contentType: isJsonType(contentType) ? "" : (contentType ?? ""),
    bytes: body,
  };
}

function* leavesOf(value: unknown, pointer: string): Generator<readonly [string, string]> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) yield [pointer, toLeafText(value)];
  for (const [key, child] of entries) yield* leavesOf(child, `${pointer}/${key}`);
}

/** JSON has no NaN, but the legacy's bodies do. */
const toLeafText = (value: unknown): string =>
  typeof value === "number" ? String(value) : JSON.stringify(value);

export function isSameBody(left: BodyDigest, right: BodyDigest): boolean {
  if (left.kind === "json" && right.kind === "json") {
    return (
      left.leaves.size === right.leaves.size &&
      left.leaves.entries().every(([pointer, leaf]) => right.leaves.get(pointer) === leaf)
    );
  }
  if (left.kind === "text" && right.kind === "text") {
    return left.contentType === right.contentType && left.bytes.equals(right.bytes);
  }
  return left.kind === right.kind;
}
