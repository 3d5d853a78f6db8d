import { maskBody } from "#contracts/recordings/mask.ts";
import type { HttpRecording, RecordedBody } from "#contracts/recordings/recording.ts";
import { toBodyBytes } from "#contracts/recordings/recording.ts";
import {
  claimsOf,
  classifyAuthorization,
  type AuthCase,
  type TokenCheck,
} from "#stand-in/auth/auth-case.ts";
import type { Claims } from "#stand-in/auth/decode-token.ts";
import { digestBody, type BodyDigest } from "#stand-in/rest/body-digest.ts";
import { headerOf, parametersOf, type LegacyRequest } from "#stand-in/rest/legacy-request.ts";
import type { Admission } from "#stand-in/rest/routes.ts";

/** All that decides which recording fits a request, taken from either of them in the same way. */
export interface RequestDigest {
  readonly auth: AuthCase;
  readonly claims: Claims;
  readonly parameters: ReadonlyMap<string, string>;
  readonly body: BodyDigest;
  /** Headers in lower case that may make a difference. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface RecordedCase extends RequestDigest {
  readonly recording: HttpRecording;
  /** The same for all recordings whose answers differ in volatile values only. */
  readonly answerKey: string;
}

/**
 * Headers that make no recording more fitting: they are answered by a rule of their own, or the legacy
 * does not look at them.
 */
const INDIFFERENT: ReadonlySet<string> = new Set([
  "accept-encoding",
  "authorization",
  "connection",
  "content-length",
  "content-type",
  "host",
  "origin",
  "user-agent",
  "x-forwarded-for",
]);

export function digestRequest(
  request: LegacyRequest,
  admission: Admission,
  check: TokenCheck,
): RequestDigest {
  const { headers } = request;
  const authCase = classifyAuthorization(headerOf(headers, "authorization"), admission, check);
  const telling = new Map<string, string>();
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index]?.toLowerCase() ?? "";
    if (!INDIFFERENT.has(name)) telling.set(name, headers[index + 1] ?? "");
  }
  return {
    auth: authCase,
    claims: callerClaims(request, check),
    parameters: parametersOf(request.target),
    body: digestBody(request),
    headers: telling,
  };
}

/** Who the caller says to be. The legacy's limiter looks at that on open routes too. */
export const callerClaims = ({ headers }: LegacyRequest, check: TokenCheck): Claims =>
  claimsOf(classifyAuthorization(headerOf(headers, "authorization"), "jwt", check));

export function toAnswerKey({ response, volatile }: HttpRecording): string {
  const { status, body } = response;
  return `${status} ${body.kind === "text" ? maskBody(body.text, volatile) : JSON.stringify(body)}`;
}

/** The request of a recording, its tokens signed. */
export function toLegacyRequest(
  recording: HttpRecording,
  expand: (text: string) => string,
): LegacyRequest {
  const { method, target, headers, body } = recording.request;
  return {
    method,
    target: expand(target),
    headers: headers.map(expand),
    body: toBytes(body, expand),
  };
}

const toBytes = (body: RecordedBody, expand: (text: string) => string): Buffer =>
  body.kind === "text" ? Buffer.from(expand(body.text)) : toBodyBytes(body);
