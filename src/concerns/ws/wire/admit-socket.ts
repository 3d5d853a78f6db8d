import type { IncomingMessage } from "node:http";

import { isAdministrator } from "#concerns/administrator.ts";
import { searchOf } from "#concerns/read-request.ts";
import type { Authenticator } from "#platform/auth.ts";
import { AppError } from "#platform/errors.ts";

/** `refused` is told by a close frame after the 101; a client would take a refusal before it for the end. */
export type Admission =
  | { readonly kind: "admitted" }
  | { readonly kind: "refused"; readonly reason: string }
  /** There is no `token` parameter at all. */
  | { readonly kind: "absent" };

const refused = (reason: string): Admission => ({ kind: "refused", reason });

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
    if (error instanceof AppError) return refused(toReason(error));
    throw error;
  }
}
