import type { IncomingMessage } from "node:http";

import { isAdministrator } from "#concerns/administrator.ts";
import { searchOf } from "#concerns/read-request.ts";
import type { Authenticator } from "#platform/auth.ts";
import { AppError, ERROR_CODES } from "#platform/errors.ts";

/** `refused` is told by a close frame after the 101; a client would take a refusal before it for the end. */
export type Admission =
  | { readonly kind: "admitted" }
  | { readonly kind: "refused"; readonly code: number; readonly reason: string }
  /** There is no `token` parameter at all. */
  | { readonly kind: "absent" };

/** The legacy's close code for whoever may not come in. */
export const UNAUTHORIZED = 4001;
/** RFC 6455 §7.4.1: what stands in the way is here. */
const FAILED = 1011;

const refused = (reason: string): Admission => ({ kind: "refused", code: UNAUTHORIZED, reason });

/** In the legacy's words, where it has any: it does not look at signatures. */
function toReason({ code, detail }: AppError): string {
  const isKnown = code === "TOKEN_EXPIRED" || detail.startsWith("Invalid ");
  return isKnown ? `Authentication failed: 401: ${detail}` : "Invalid authentication token";
}

/** The last `token` of the query counts, as on the legacy. */
const tokenOf = (request: IncomingMessage): string | undefined =>
  new URLSearchParams(searchOf(request)).getAll("token").at(-1);

/** Says whether the token in the query lets its bearer speak as this user. Rejects only for a defect. */
export async function admitSocket(
  request: IncomingMessage,
  userId: string,
  authenticator: Pick<Authenticator, "verifyToken">,
): Promise<Admission> {
  const token = tokenOf(request);
  if (token === undefined) return { kind: "absent" };
  if (token === "") return refused("Missing authentication token");
  try {
    const principal = await authenticator.verifyToken(token);
    const isAllowed = principal.userId === userId || isAdministrator(principal);
    return isAllowed ? { kind: "admitted" } : refused("User ID mismatch");
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // A client that is told 4001 may give its token up, though nothing could be said of it.
    return ERROR_CODES[error.code].status >= 500
      ? { kind: "refused", code: FAILED, reason: error.detail }
      : refused(toReason(error));
  }
}
