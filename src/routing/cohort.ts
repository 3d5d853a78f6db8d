import { hash } from "node:crypto";

import { LRUCache } from "lru-cache";

import { bearerToken, claimedSubject } from "#platform/auth.ts";
import { pathOf } from "#routing/match-route.ts";

/** Who is asking, as flags see it: the same key for REST and WebSocket. */
export interface Cohort {
  /** `subject`: the token's `sub`. `anonymous`: a hash of address and user agent. */
  readonly kind: "subject" | "anonymous";
  /** What flags are evaluated for. Never logged: it may identify a person. */
  readonly key: string;
  /** A short hash that stands for the key in logs and answers. */
  readonly hash: string;
}

export interface CohortInput {
  readonly token: string | undefined;
  readonly clientAddress: string;
  readonly userAgent: string;
}

const createCohort = (kind: Cohort["kind"], key: string): Cohort => ({
  kind,
  key,
  hash: hash("sha256", `cohort\n${key}`).slice(0, 12),
});

/**
 * Finds the cohort of a request. The token is not verified here, and need not be: a verified and an
 * unverified token with the same `sub` give the same key, and the legacy accepts both. Pure.
 */
export function toCohort({ token, clientAddress, userAgent }: CohortInput): Cohort {
  const subject = token === undefined ? undefined : claimedSubject(token);
  if (subject !== undefined) return createCohort("subject", subject);
  return createCohort("anonymous", hash("sha256", `${clientAddress}\n${userAgent}`).slice(0, 32));
}

/** How many tokens are remembered by whom they claim to be, and how long they may be: 16 MB at the most. */
const MAX_REMEMBERED = 4096;
const MAX_TOKEN_LENGTH = 4096;

/**
 * `toCohort`, which reads a token once and not with every request of its bearer. What a token claims does not change,
 * and nothing is granted for it. The token itself is the key: to hash it would cost as much as to read it.
 */
export function createCohortFinder(): (input: CohortInput) => Cohort {
  const remembered = new LRUCache<string, Cohort>({ max: MAX_REMEMBERED });
  return (input) => {
    const { token } = input;
    if (token === undefined || token.length > MAX_TOKEN_LENGTH) return toCohort(input);
    const known = remembered.get(token);
    if (known !== undefined) return known;
    const cohort = toCohort(input);
    if (cohort.kind === "subject") remembered.set(token, cohort);
    return cohort;
  };
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
