import { departuresOf } from "#contract-suite/deviations/departures-of.ts";
import { loadTestSuite } from "#support/contract-suite.ts";

/** Where the deviations of the checkout depart from what the recordings know of the legacy. */
export function gatherDepartures(): Readonly<Record<string, readonly unknown[]>> {
  const { cases, deviations } = loadTestSuite();
  return Object.fromEntries(
    deviations.map((deviation) => [deviation.id, departuresOf(deviation, cases)] as const),
  );
}
