import { z } from "zod";

import type { CaseRequest } from "#contract-suite/cases/case.ts";
import { toObjectText } from "#contract-suite/probes/json-text.ts";
import { sampleFields, sampleValue, unwrap } from "#contract-suite/probes/sample-value.ts";
import type { RouteContract } from "#contracts/contract.ts";

/** A request that a route accepts, in its parts. */
export interface ProbeRequest {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly search: string;
  readonly headers: readonly string[];
  readonly body: Buffer | undefined;
}

/** Of a user of its own for each probe, so that none uses up what another is allowed. */
const BEARER = ["Authorization", "Bearer {{token:6-9968_valid}}"];
const JSON_TYPE = ["Content-Type", "application/json"];

const NEEDS_BEARER: ReadonlySet<string> = new Set([
  "bearer",
  "bearer-with-profile",
  "bearer-limited",
  "bearer-debug",
]);

export const needsBearer = ({ auth }: RouteContract): boolean => NEEDS_BEARER.has(auth);

function sampleBody({ request: { body } }: RouteContract): Buffer | undefined {
  if (body === undefined) return undefined;
  const schema = unwrap(body);
  if (schema instanceof z.ZodObject) return Buffer.from(toObjectText(sampleFields(schema)));
  return Buffer.from(JSON.stringify(sampleValue(schema)));
}

function sampleSearch({ request: { query } }: RouteContract): string {
  if (query === undefined) return "";
  const parameters = new URLSearchParams();
  for (const [name, text] of sampleFields(query)) parameters.set(name, String(JSON.parse(text)));
  return parameters.toString();
}

/** The simplest request that a route accepts. */
export function sampleRequest(contract: RouteContract): ProbeRequest {
  const body = sampleBody(contract);
  return {
    method: contract.method,
    path: contract.path.replaceAll(/\{[^}]+\}/g, "s-1"),
    search: sampleSearch(contract),
    headers: [...(needsBearer(contract) ? BEARER : []), ...(body === undefined ? [] : JSON_TYPE)],
    body,
  };
}

export const toCaseRequest = ({ path, search, ...rest }: ProbeRequest): CaseRequest => ({
  method: rest.method,
  target: search === "" ? path : `${path}?${search}`,
  headers: rest.headers,
  body: rest.body,
});
