/**
 * Answers that the legacy gives on every path. Each is a recorded answer of its kind with the part put in
 * that depends on the request. `undefined` means that the rule does not apply.
 */
import type { Refusal } from "#contracts/validation/legacy-request.ts";
import type { Clock } from "#platform/clock.ts";
import { toRefusal, type AuthCase } from "#stand-in/auth/auth-case.ts";
import { filterRequestId, type Random } from "#stand-in/fresh-values.ts";
import { withLength } from "#stand-in/rest/compose-answer.ts";
import { judgePreflight } from "#stand-in/rest/cors.ts";
import { headerOf, pathOf, type LegacyRequest } from "#stand-in/rest/legacy-request.ts";
import { dropHeaders, insertBefore, setHeader, type RawAnswer } from "#stand-in/rest/raw-answer.ts";
import type { Resolution } from "#stand-in/rest/resolve-path.ts";
import { ADMISSION, type LegacyRoute } from "#stand-in/rest/routes.ts";
import type { TemplateName } from "#stand-in/rest/templates.ts";

export interface RuleContext {
  /** The recorded answer that stands for a kind, made fresh. */
  readonly fill: (name: TemplateName) => RawAnswer;
  readonly clock: Clock;
  readonly random: Random;
}

function fill(
  context: RuleContext,
  name: TemplateName,
  change: { readonly status?: number; readonly text?: string } = {},
): RawAnswer {
  const answer = context.fill(name);
  const body = change.text === undefined ? answer.body : Buffer.from(change.text);
  return withLength({ ...answer, status: change.status ?? answer.status, body });
}

const detail = (text: string): string => JSON.stringify({ detail: text });

export function answerPreflight(
  request: LegacyRequest,
  context: RuleContext,
): RawAnswer | undefined {
  const verdict = judgePreflight(request);
  if (verdict === undefined) return undefined;
  const answer = fill(context, "preflight", verdict);
  const bare = dropHeaders(answer.headers, (name) => name === "access-control-allow-origin");
  const allowed =
    verdict.origin === undefined ? [] : ["access-control-allow-origin", verdict.origin];
  return { ...answer, headers: insertBefore(bare, "content-length", allowed) };
}

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** No code of the legacy ever issues the token that it asks for outside the PAM prefix. */
export function answerCsrf(request: LegacyRequest, context: RuleContext): RawAnswer | undefined {
  if (SAFE_METHODS.has(request.method)) return undefined;
  if (pathOf(request.target).startsWith("/api/v1/pam")) return undefined;
  const text = JSON.stringify({
    error: "CSRF Protection",
    message: "Request blocked due to CSRF protection",
    details: "Missing or invalid CSRF token",
    request_id: filterRequestId(context.clock.now(), context.random),
  });
  return fill(context, "blocked", { text });
}

export const MAX_BODY_BYTES = 10_485_760;

/** `isDeclared` tells a length that the client announced from one that was counted. */
export function answerTooLarge(isDeclared: boolean, context: RuleContext): RawAnswer {
  const subject = isDeclared ? "Request size" : "Request body";
  const text = JSON.stringify({
    error: "Request Too Large",
    message: `${subject} exceeds maximum allowed size of ${MAX_BODY_BYTES} bytes`,
    max_size: MAX_BODY_BYTES,
  });
  return fill(context, "too-large", { text });
}

export function answerUnrouted(
  request: LegacyRequest,
  resolution: Exclude<Resolution, { kind: "found" }>,
  context: RuleContext,
): RawAnswer {
  switch (resolution.kind) {
    case "not-found":
      return fill(context, notFoundTemplate(pathOf(request.target)));
    case "method-not-allowed": {
      const isUnlimited = request.method === "OPTIONS";
      const answer = fill(
        context,
        isUnlimited ? "method-not-allowed-unlimited" : "method-not-allowed",
      );
      return { ...answer, headers: setHeader(answer.headers, "allow", resolution.allow) };
    }
    case "redirect": {
      // The legacy's server believes a proxy on its own machine.
      const forwarded = headerOf(request.headers, "x-forwarded-proto");
      const scheme = forwarded === "https" ? "https" : "http";
      const host = headerOf(request.headers, "host") ?? "localhost";
      const location = `${scheme}://${host}${resolution.location}`;
      const answer = fill(context, "redirect");
      return { ...answer, headers: setHeader(answer.headers, "location", location) };
    }
    default:
      return resolution satisfies never;
  }
}

function notFoundTemplate(path: string): TemplateName {
  if (path.startsWith("/api/v1/pam")) return "not-found";
  const isUnlimited = /^\/(health|docs|openapi\.json|favicon\.ico|metrics)/.test(path);
  return isUnlimited ? "not-found-unlimited" : "not-found-outside";
}

export function answerRefusedCaller(
  route: LegacyRoute,
  authCase: AuthCase,
  context: RuleContext,
): RawAnswer | undefined {
  const refusal = toRefusal(authCase);
  switch (ADMISSION[route.auth]) {
    case "open":
      return undefined;
    case "jwt":
      return refusal === undefined
        ? undefined
        : fill(context, "unauthorized", { text: detail(refusal) });
    case "debug":
      if (authCase.kind === "missing") return fill(context, "forbidden");
      return authCase.kind === "wrong-scheme"
        ? fill(context, "forbidden", { text: detail("Invalid authentication credentials") })
        : undefined;
    case "foreign":
      return authCase.kind === "missing"
        ? fill(context, "forbidden")
        : fill(context, "unauthorized", { text: detail("Could not validate credentials") });
  }
}

/** What the legacy's validator has against a request, in its own words. */
export function answerRefusal({ status, body }: Refusal, context: RuleContext): RawAnswer {
  return fill(context, "invalid", { status, text: body });
}

/** The legacy's answer wherever an exception got out of a handler. */
export function answerFailure(request: LegacyRequest, context: RuleContext): RawAnswer {
  const text = context
    .fill("failure")
    .body.toString("utf8")
    .replace(/"path":"[^"]*"/, () => `"path":${JSON.stringify(pathOf(request.target))}`);
  return fill(context, "failure", { text });
}

/** Not the legacy's: nothing is known of what it says here. */
export function answerUnknown(what: string, context: RuleContext): RawAnswer {
  return fill(context, "not-found", { status: 501, text: detail(`No recording of ${what}`) });
}
