import { LEGACY_CORS } from "#contracts/legacy-cors.ts";
import { headerOf, type LegacyRequest } from "#stand-in/rest/legacy-request.ts";
import { setHeader } from "#stand-in/rest/raw-answer.ts";

const isAllowed = (origin: string): boolean => LEGACY_CORS.origins.includes(origin);

export interface PreflightVerdict {
  readonly status: 200 | 400;
  readonly text: string;
  /** The origin to allow; `undefined` where it is refused. */
  readonly origin: string | undefined;
}

/** The legacy answers preflights on every path, there or not. `undefined`: this is no preflight. */
export function judgePreflight({ method, headers }: LegacyRequest): PreflightVerdict | undefined {
  const origin = headerOf(headers, "origin");
  const wantedMethod = headerOf(headers, "access-control-request-method");
  if (method !== "OPTIONS" || origin === undefined || wantedMethod === undefined) return undefined;
  const wantedHeaders = headerOf(headers, "access-control-request-headers");
  const allowsHeaders =
    wantedHeaders === undefined ||
    wantedHeaders.split(",").every((name) => isAllowedHeader(name.trim().toLowerCase()));
  const failures = [
    ...(isAllowed(origin) ? [] : ["origin"]),
    ...(isAllowedMethod(wantedMethod) ? [] : ["method"]),
    ...(allowsHeaders ? [] : ["headers"]),
  ];
  return {
    status: failures.length === 0 ? 200 : 400,
    text: failures.length === 0 ? "OK" : `Disallowed CORS ${failures.join(", ")}`,
    origin: isAllowed(origin) ? origin : undefined,
  };
}

const METHODS: ReadonlySet<string> = new Set(LEGACY_CORS.methods);
const HEADERS: ReadonlySet<string> = new Set(LEGACY_CORS.headers);
const isAllowedMethod = (method: string): boolean => METHODS.has(method);
const isAllowedHeader = (name: string): boolean => HEADERS.has(name);

/** Adds what Starlette's middleware adds to every other answer for a request with an `Origin`. */
export function addCorsHeaders(
  headers: readonly string[],
  request: LegacyRequest,
): readonly string[] {
  const origin = headerOf(request.headers, "origin");
  if (origin === undefined) return headers;
  const exposed = setHeader(
    setHeader(headers, "access-control-allow-credentials", "true"),
    "access-control-expose-headers",
    LEGACY_CORS.exposedHeaders,
  );
  if (!isAllowed(origin)) return exposed;
  const vary = headerOf(headers, "vary");
  return setHeader(
    setHeader(exposed, "access-control-allow-origin", origin),
    "vary",
    vary === undefined ? "Origin" : `${vary}, Origin`,
  );
}
