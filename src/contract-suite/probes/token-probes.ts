import { expectUnauthorized } from "#contract-suite/probes/judge-request.ts";
import type { Probe } from "#contract-suite/probes/make-probes.ts";
import { needsBearer, type ProbeRequest } from "#contract-suite/probes/probe-request.ts";
import type { RouteContract } from "#contracts/contract.ts";

const MISSING = "Authorization header missing";

/** Value of the header → the legacy's words, or any where the legacy lets such a token in. */
const REFUSED: Readonly<Record<string, readonly [value: string, detail?: string]>> = {
  "another-scheme": ["Basic dXNlcjpwYXNz", MISSING],
  "a-bare-scheme": ["Bearer", MISSING],
  "an-empty-token": ["Bearer ", MISSING],
  "no-jwt": ["Bearer not-a-jwt", "Invalid JWT format: Not enough segments"],
  "an-expired-token": ["Bearer {{token:1-1111_expired_valid}}", "Token expired - please refresh"],
  "a-token-without-a-subject": ["Bearer {{token:nosub_valid}}", "Invalid token: missing user ID"],
  "a-token-of-another-key": ["Bearer {{token:1-1111_other-key}}"],
  "an-expired-token-of-another-key": ["Bearer {{token:1-1111_expired_other-key}}"],
};

/** Callers that must not be let in. A body that is no JSON is refused before anybody looks at the caller. */
export function tokenProbes(contract: RouteContract, sample: ProbeRequest): readonly Probe[] {
  if (!needsBearer(contract) || contract.auth === "bearer-debug") return [];
  const rest = sample.headers.slice(2);
  const refused = Object.entries(REFUSED).map(([name, [value, detail]]) => ({
    name,
    request: { ...sample, headers: ["Authorization", value, ...rest] },
    expected: expectUnauthorized(detail),
    ...(detail === undefined && { isNativeOnly: true as const }),
  }));
  const nobody = { ...sample, headers: rest };
  return [
    { name: "no-token", request: nobody, expected: expectUnauthorized(MISSING) },
    ...refused,
    ...(contract.request.body === undefined
      ? []
      : [
          { name: "no-token-and-no-json", request: { ...nobody, body: Buffer.from("{") } },
          {
            name: "no-token-and-no-fields",
            request: { ...nobody, body: Buffer.from("{}") },
            expected: expectUnauthorized(MISSING),
          },
        ]),
  ];
}
