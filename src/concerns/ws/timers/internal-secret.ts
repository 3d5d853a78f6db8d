import type { IncomingMessage } from "node:http";

import { isSameSecret } from "#platform/secret-equal.ts";

/** The legacy reads the query, and its worker sends a header. */
const HEADERS = ["x-internal-secret", "x_internal_secret"] as const;

/** The secret that a caller shows, in the query or in a header. */
export function givenSecret(
  { headers }: IncomingMessage,
  inQuery: string | null,
): string | undefined {
  const inHeader = HEADERS.map((name) => headers[name]).find((value) => typeof value === "string");
  return inQuery ?? (typeof inHeader === "string" ? inHeader : undefined);
}

/** False where no secret is set: then nobody can know it. */
export const opens = (given: string | undefined, expected: string | undefined): boolean =>
  given !== undefined && expected !== undefined && isSameSecret(given, expected);
