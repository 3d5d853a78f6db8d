import { hash } from "node:crypto";

import { bearerToken, claimedSubject } from "#platform/auth.ts";
import { pathOf } from "#routing/match-route.ts";

/** Who is asking, as flags see it: the same key for REST and WebSocket. */
export interface Cohort {
  /** `subject`: the token's `sub`. `anonymous`: a hash of address and user agent. */
  readonly kind: "subject" | "anonymous";
  /** What flags are evaluated for. Never logged: it may identify a person. */
  readonly key: string;
}

export interface CohortInput {
  readonly token: string | undefined;
  readonly clientAddress: string;
  readonly userAgent: string;
}

/**
 * Finds the cohort of a request. The token is not verified here, and need not be: a verified and an
 * unverified token with the same `sub` give the same key, and the legacy accepts both. Pure.
 */
export function toCohort({ token, clientAddress, userAgent }: CohortInput): Cohort {
  const subject = token === undefined ? undefined : claimedSubject(token);
  if (subject !== undefined) return { kind: "subject", key: subject };
  return { kind: "anonymous", key: hash("sha256", `${clientAddress}\n${userAgent}`).slice(0, 32) };
}

/** A short hash that stands for the key in logs and answers. */
export function toCohortHash({ key }: Cohort): string {
  return hash("sha256", `cohort\n${key}`).slice(0, 12);
}

/**
 * The token a request carries: a socket's in its `token` parameter, where the last one counts
 * (legacy fact), any other request's in its `Authorization` header.
 */
export function tokenOf(
  isSocket: boolean,
  target: string,
  authorization: string | undefined,
): string | undefined {
  if (!isSocket) return bearerToken(authorization);
  const query = target.slice(pathOf(target).length);
  return new URLSearchParams(query).getAll("token").at(-1);
}
