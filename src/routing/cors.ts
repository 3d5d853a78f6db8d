/**
 * Origins the legacy allows in its default environment: localhost on the ports of its clients, and its
 * staging hosts. What else is allowed comes from `CORS_ALLOWED_ORIGINS`.
 */
export const DEFAULT_ORIGINS: readonly string[] = [
  ...["localhost", "127.0.0.1"].flatMap((host) =>
    [3000, 8080, 5173].map((port) => `http://${host}:${port}`),
  ),
  "https://staging-wheelsandwins.netlify.app",
  "https://wheels-wins-staging.netlify.app",
  "https://wheelsandwins-staging.netlify.app",
  "https://wheels-wins-test.netlify.app",
  "https://staging--wheels-wins-landing-page.netlify.app",
  "https://staging--charming-figolla-d83b68.netlify.app",
];

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
    "access-control-expose-headers":
      "Content-Type, Authorization, X-Request-ID, X-Rate-Limit-Remaining",
    ...(allowed.has(origin) && { "access-control-allow-origin": origin, vary: "Origin" }),
  };
}
