/** Pages of production: the legacy allows them where its environment is set to production. */
export const PRODUCTION_ORIGINS: readonly string[] = [
  "https://wheelsandwins.com",
  "https://www.wheelsandwins.com",
  "https://wheelz-wins.com",
  "https://www.wheelz-wins.com",
  "https://wheels-wins-landing-page.netlify.app",
  "https://charming-figolla-d83b68.netlify.app",
  "https://wheelswins.netlify.app",
  "https://wheels-wins.netlify.app",
  "https://wheels-and-wins.netlify.app",
];

/** What the legacy allows across origins in its default environment. */
export const LEGACY_CORS = {
  origins: [
    ...["localhost", "127.0.0.1"].flatMap((host) =>
      [3000, 8080, 5173].map((port) => `http://${host}:${port}`),
    ),
    "https://staging-wheelsandwins.netlify.app",
    "https://wheels-wins-staging.netlify.app",
    "https://wheelsandwins-staging.netlify.app",
    "https://wheels-wins-test.netlify.app",
    "https://staging--wheels-wins-landing-page.netlify.app",
    "https://staging--charming-figolla-d83b68.netlify.app",
  ],
  methods: ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"],
  /** In lower case; a preflight is compared without regard to case. */
  headers: [
    "accept",
    "accept-language",
    "access-control-request-headers",
    "access-control-request-method",
    "authorization",
    "content-language",
    "content-type",
    "origin",
    "x-csrf-token",
    "x-requested-with",
    "x-session-id",
  ],
  exposedHeaders: "Content-Type, Authorization, X-Request-ID, X-Rate-Limit-Remaining",
} as const satisfies Record<string, readonly string[] | string>;
