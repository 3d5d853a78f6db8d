import { AppError } from "#platform/errors.ts";

/** What the driver is told of TLS: none, or encrypted with or without checking the certificate. */
export type Tls = false | { readonly rejectUnauthorized: boolean };

const LOCAL_HOSTS = new Set(["", "localhost", "127.0.0.1", "[::1]"]);

/**
 * TLS by the URL's `sslmode`. Stricter than libpq, as the driver itself is: `require` checks the certificate,
 * `no-verify` does not. Without a mode a connection leaves this machine encrypted and checked only.
 */
export function toTls(url: string): Tls {
  const { hostname, searchParams } = new URL(url);
  const mode = searchParams.get("sslmode");
  switch (mode) {
    case null:
      return LOCAL_HOSTS.has(hostname) ? false : { rejectUnauthorized: true };
    case "disable":
      return false;
    case "no-verify":
      return { rejectUnauthorized: false };
    case "require":
    case "verify-ca":
    case "verify-full":
      return { rejectUnauthorized: true };
    default:
      throw new AppError(
        "CONFIGURATION_INVALID",
        `Cannot open the database: sslmode must be disable, no-verify, require, verify-ca or verify-full: found "${mode}"`,
      );
  }
}
