import { createHmac } from "node:crypto";

import { readPythonJson } from "#contracts/validation/python-json.ts";
import { toPlainValue } from "#contracts/validation/python-value.ts";
import { isSameSecret } from "#platform/secret-equal.ts";
import { findUtf8Fault } from "#stand-in/auth/utf8-fault.ts";
import { toJsonErrorText } from "#stand-in/json-error-text.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** What PyJWT makes of a text. `message` is PyJWT's own, which the legacy passes on to its clients. */
export type DecodedToken =
  | { readonly kind: "malformed"; readonly message: string }
  | { readonly kind: "decoded"; readonly claims: Claims; readonly isSigned: boolean };

/**
 * Reads a token as PyJWT 2.12 does, without judging its claims. `isSigned` says that it is HS256 under
 * `secret`; to the legacy that makes a token neither better nor worse, but only then its expiry counts.
 */
export function decodeToken(token: string, secret: string): DecodedToken {
  const lastDot = token.lastIndexOf(".");
  const signingInput = token.slice(0, Math.max(lastDot, 0));
  const firstDot = signingInput.indexOf(".");
  if (lastDot === -1 || firstDot === -1) return malformed("Not enough segments");
  const header = decodeObject(signingInput.slice(0, firstDot), "header");
  if (header.kind === "malformed") return header;
  const payloadSegment = signingInput.slice(firstDot + 1);
  if (decodeBase64(payloadSegment) === undefined) return malformed("Invalid payload padding");
  const signature = decodeBase64(token.slice(lastDot + 1));
  if (signature === undefined) return malformed("Invalid crypto padding");
  const payload = decodeObject(payloadSegment, "payload");
  if (payload.kind === "malformed") return payload;
  const expected = createHmac("sha256", secret).update(signingInput).digest("base64url");
  const isSigned =
    header.value["alg"] === "HS256" && isSameSecret(signature.toString("base64url"), expected);
  return { kind: "decoded", claims: payload.value, isSigned };
}

const malformed = (message: string): DecodedToken & { kind: "malformed" } => ({
  kind: "malformed",
  message,
});

type DecodedObject =
  | { readonly kind: "malformed"; readonly message: string }
  | { readonly kind: "object"; readonly value: Claims };

function decodeObject(segment: string, name: "header" | "payload"): DecodedObject {
  const bytes = decodeBase64(segment);
  if (bytes === undefined) return malformed(`Invalid ${name} padding`);
  const fault = findUtf8Fault(bytes);
  if (fault !== undefined) return malformed(`Invalid ${name} string: ${fault}`);
  const reading = readPythonJson(bytes.toString("utf8"));
  if (reading.kind !== "value") {
    return malformed(`Invalid ${name} string: ${toJsonErrorText(bytes.toString("utf8"), reading)}`);
  }
  const value = toPlainValue(reading.value);
  if (!isObject(value)) return malformed(`Invalid ${name} string: must be a json object`);
  return { kind: "object", value };
}

const isObject = (value: unknown): value is Claims =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Python's `urlsafe_b64decode` of a segment that PyJWT padded by its raw length: characters outside the
 * alphabet are skipped, and only missing padding is an error.
 */
function decodeBase64(segment: string): Buffer | undefined {
  const padding = (4 - (segment.length % 4)) % 4;
  const data = segment.replaceAll(/[^\w+/-]/g, "");
  const needed = (4 - (data.length % 4)) % 4;
  if (needed === 3 || padding < needed) return undefined;
  return Buffer.from(data, "base64url");
}
