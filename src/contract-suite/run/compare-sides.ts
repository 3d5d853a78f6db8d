import type { Side } from "#contract-suite/cases/case.ts";
import type { Difference } from "#contract-suite/compare/difference.ts";
import type { Trace } from "#contract-suite/run/run-suite.ts";
import { groupHeaders } from "#platform/comparison/index.ts";

/** Banyan says in each answer which side gave it; another one may say nothing. */
export function compareSides(side: Side, trace: Trace): readonly Difference[] {
  const headers = trace.kind === "exchange" ? (trace.answer?.headers ?? []) : trace.headers;
  const got = groupHeaders(headers).get("x-banyan-side")?.[0];
  if (got === undefined || got === side) return [];
  return [{ path: "/side", kind: "side", expected: side, got }];
}
