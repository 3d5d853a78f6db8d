import type { z } from "zod";

import type { ExpectedAnswer } from "#contract-suite/compare/answer.ts";
import { toExpectation } from "#contract-suite/expectation/from-recording.ts";
import type { ProbeRequest } from "#contract-suite/probes/probe-request.ts";
import type { RouteContract } from "#contracts/contract.ts";
import {
  parseLegacyBody,
  parseLegacyQuery,
  parseLegacyRequest,
  readLegacyBody,
  type Refusal,
} from "#contracts/validation/legacy-request.ts";
import { readJson } from "#platform/comparison/index.ts";

const headerOf = (headers: readonly string[], wanted: string): string | undefined => {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === wanted);
  return at === -1 ? undefined : headers[at + 1];
};

/** What the contract has against a request whose caller is let in; `undefined` where it has nothing. */
function refusalOf({ request }: RouteContract, sent: ProbeRequest): Refusal | undefined {
  const type = headerOf(sent.headers, "content-type");
  const read =
    request.body === undefined ? undefined : readLegacyBody(type, sent.body ?? Buffer.alloc(0));
  if (read?.ok === false) return read;
  const search = sent.search;
  const parsed =
    request.query === undefined
      ? request.body !== undefined && read !== undefined && parseLegacyBody(request.body, read.body)
      : request.body === undefined || read === undefined
        ? parseLegacyQuery(request.query, search)
        : parseLegacyRequest(
            { query: request.query, body: request.body },
            { search, body: read.body },
          );
  return parsed !== false && !parsed.ok ? parsed : undefined;
}

const answer = (
  status: ExpectedAnswer["status"],
  body?: z.core.util.JSONType,
  headers: ExpectedAnswer["headers"] = new Map(),
): ExpectedAnswer => ({
  status,
  headers,
  areHeadersClosed: false,
  body:
    body === undefined
      ? { kind: "any", because: "The contract of the route describes it" }
      : { kind: "json", expectation: toExpectation(body, {}) },
});

/** What a route must answer to a request of a caller that it lets in. */
export function expectByContract(contract: RouteContract, sent: ProbeRequest): ExpectedAnswer {
  const refusal = refusalOf(contract, sent);
  if (refusal === undefined) {
    // What a native side says where it lacks a provider is an answer of its contract, and no failure.
    const isUnavailable = contract.answers[503]?.some(({ side }) => side === "native") === true;
    return answer(isUnavailable ? "accepted-or-unavailable" : "accepted");
  }
  const value = readJson(refusal.body)?.value;
  return {
    ...answer(refusal.status),
    body: { kind: "json", expectation: toExpectation(value, {}) },
  };
}

const CHALLENGE: ExpectedAnswer["headers"] = new Map([
  ["www-authenticate", { kind: "values", values: ["Bearer"] }],
]);

/** 401 in the legacy's words, or in any words. */
export const expectUnauthorized = (detail?: string): ExpectedAnswer =>
  answer(401, detail === undefined ? undefined : { detail }, CHALLENGE);

/** An answer outside the route's own: of another method or another path. */
export const expectStatus = (
  status: ExpectedAnswer["status"],
  headers: ExpectedAnswer["headers"] = new Map(),
): ExpectedAnswer => answer(status, undefined, headers);
