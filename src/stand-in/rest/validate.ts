import { z } from "zod";

import {
  parseLegacyBody,
  parseLegacyQuery,
  parseLegacyRequest,
  readLegacyBody,
  type ReadBody,
  type Refusal,
} from "#contracts/validation/legacy-request.ts";
import { headerOf, queryOf, type LegacyRequest } from "#stand-in/rest/legacy-request.ts";
import type { LegacyRoute } from "#stand-in/rest/routes.ts";

/** Reads the body where the route has one; malformed JSON is refused before the caller is looked at. */
export function readBody(
  { request: { body: schema } }: LegacyRoute,
  request: LegacyRequest,
): ReadBody | Refusal {
  if (schema === undefined) return { ok: true, body: null };
  return readLegacyBody(headerOf(request.headers, "content-type"), request.body);
}

/** Validates the fields of query and body by the route's contract. */
export function findRefusal(
  { request: { query, body: schema } }: LegacyRoute,
  { target }: LegacyRequest,
  { body }: ReadBody,
): Refusal | undefined {
  const search = queryOf(target);
  const parsed =
    schema === undefined
      ? parseLegacyQuery(query ?? NO_FIELDS, search)
      : query === undefined
        ? parseLegacyBody(schema, body)
        : parseLegacyRequest({ query, body: schema }, { search, body });
  return parsed.ok ? undefined : parsed;
}

const NO_FIELDS = z.object({});
