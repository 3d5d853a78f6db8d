import type { AuthKind, RouteContract } from "#contracts/contract.ts";
import { ROUTE_CONTRACTS } from "#contracts/index.ts";

/** What the stand-in knows of a route besides its recordings. */
export type LegacyRoute = Pick<RouteContract, "method" | "path" | "auth" | "request">;

const page = (path: string): LegacyRoute => ({ method: "GET", path, auth: "none", request: {} });

/** The first row that fits a path wins. The pages are the legacy's own, outside of what Banyan routes. */
export const LEGACY_ROUTES: readonly LegacyRoute[] = [
  ...ROUTE_CONTRACTS,
  page("/"),
  page("/health"),
  page("/api/redoc"),
];

/**
 * How the legacy lets a caller in. `jwt`: an `Authorization` header is needed and its token must decode;
 * `debug`: the same, with answers of its own and expiry always checked; `open`: whoever calls; `foreign`: a
 * token of the legacy's own making, which no client has.
 */
export type Admission = "jwt" | "debug" | "open" | "foreign";

export const ADMISSION: Readonly<Record<AuthKind, Admission>> = {
  none: "open",
  bearer: "jwt",
  "bearer-with-profile": "jwt",
  "bearer-limited": "jwt",
  // Only chooses whose limit counts.
  "bearer-optional": "open",
  "bearer-debug": "debug",
  // Not checked while the secret is unset, as it was where the recordings were made.
  "internal-secret": "open",
  "conversation-token": "foreign",
  "socket-token": "jwt",
};
