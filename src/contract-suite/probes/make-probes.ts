import { z } from "zod";

import type { Case } from "#contract-suite/cases/case.ts";
import type { ExpectedAnswer } from "#contract-suite/compare/answer.ts";
import { bodyProbes } from "#contract-suite/probes/body-probes.ts";
import { expectByContract } from "#contract-suite/probes/judge-request.ts";
import { pathProbes } from "#contract-suite/probes/path-probes.ts";
import {
  type ProbeRequest,
  sampleRequest,
  toCaseRequest,
} from "#contract-suite/probes/probe-request.ts";
import { queryProbes } from "#contract-suite/probes/query-probes.ts";
import { tokenProbes } from "#contract-suite/probes/token-probes.ts";
import type { RouteContract } from "#contracts/contract.ts";

/** One request that is a little wrong, or just not wrong. */
export interface Probe {
  readonly name: string;
  readonly request: ProbeRequest;
  /** Without it the contract says what must be answered. */
  readonly expected?: ExpectedAnswer;
  /** True where the request is for no row of the table: whatever answers it is no side of the route. */
  readonly isOutside?: true;
  /** True where the legacy does otherwise. */
  readonly isNativeOnly?: true;
}

const BOTH = ["legacy", "native"] as const;
const NATIVE_ONLY = ["native"] as const;

/**
 * The legacy fails where a valid request gets through, lets forged tokens in, and outside its PAM prefix a
 * filter answers before anything is validated.
 */
function sidesOf({ isOutside, isNativeOnly, request }: Probe, { status }: ExpectedAnswer) {
  if (isOutside === true) return BOTH;
  const isOfLegacy = typeof status === "number" && request.path.startsWith("/api/v1/pam/");
  return isOfLegacy && isNativeOnly !== true ? BOTH : NATIVE_ONLY;
}

function toCase(contract: RouteContract, probe: Probe): Case {
  const { name, request, isOutside = false } = probe;
  const expected = probe.expected ?? expectByContract(contract, request);
  return {
    id: `probe/${contract.id}/${name}`,
    title: `${contract.summary}: ${name.replaceAll("-", " ")}`,
    route: isOutside ? undefined : contract.id,
    concern: contract.id.split(".", 1)[0] ?? contract.id,
    tags: new Set(["probe"]),
    needs: ["implementation"],
    skip: undefined,
    sides: sidesOf(probe, expected),
    isAlone: false,
    place: "probes",
    steps: [
      {
        kind: "exchange",
        request: toCaseRequest(request),
        expected,
        captures: {},
      },
    ],
  };
}

/**
 * Requests made from the contracts that try a route's limits: what they refuse must be refused in the
 * legacy's words, what they accept must not be, and nothing may be answered with a 5xx.
 */
export function makeProbes(contracts: readonly RouteContract[]): readonly Case[] {
  const paths = Map.groupBy(contracts, ({ path }) => path);
  return contracts.flatMap((contract) => {
    const sample = sampleRequest(contract);
    const methods = (paths.get(contract.path) ?? []).map(({ method }) => method);
    const { query, body } = contract.request;
    return [
      { name: "the-sample", request: sample },
      ...(body === undefined ? [] : bodyProbes(body, sample)),
      ...(query instanceof z.ZodObject ? queryProbes(query, sample) : []),
      ...tokenProbes(contract, sample),
      ...pathProbes(sample, methods),
    ].map((probe) => toCase(contract, probe));
  });
}
