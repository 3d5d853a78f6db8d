import { LEGACY_CORS, PRODUCTION_ORIGINS } from "#contracts/legacy-cors.ts";

/**
 * The origins of all the legacy's environments and those of `CORS_ALLOWED_ORIGINS`: one Banyan may stand in front of
 * any of them, and a page that cannot read an answer cannot tell a refusal from a broken network.
 */
export function toAllowedOrigins(more: readonly string[] = []): ReadonlySet<string> {
  return new Set([...LEGACY_CORS.origins, ...PRODUCTION_ORIGINS, ...more]);
}

/**
 * The CORS headers of an actual answer, as the legacy gives them: credentials and exposed headers to every
 * request with an `Origin`, the origin itself only where it is allowed. Preflights never get here: the
 * legacy answers them on any path.
 */
export function toCorsHeaders(
  origin: string | undefined,
  allowed: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  if (origin === undefined) return {};
  return {
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": LEGACY_CORS.exposedHeaders,
    ...(allowed.has(origin) && { "access-control-allow-origin": origin, vary: "Origin" }),
  };
}
