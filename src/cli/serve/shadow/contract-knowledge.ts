import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { areTurns } from "#cli/serve/shadow/are-turns.ts";
import { toTurn } from "#contract-suite/cases/written-case.ts";
import { compareJson } from "#contract-suite/compare/compare-json.ts";
import { type Departure, readDepartures } from "#contract-suite/deviations/departure.ts";
import { type Deviation, deviationSchema } from "#contract-suite/deviations/deviation.ts";
import { loadVolatileFields } from "#contracts/volatile-fields.ts";
import { createVolatileRules, type TranscriptRules } from "#delivery/compare/index.ts";
import { createExplainer, type Explainer } from "#delivery/drift/index.ts";

/** What the contract says of differences: which are no news, and which were decided. */
export interface ContractKnowledge {
  readonly rulesOf: (routeId: string) => TranscriptRules;
  readonly explainer: Explainer;
}

/** Frames that the server sends by the clock, or because of others. */
const PUSHES: ReadonlySet<string> = new Set(["ping", "timer_expired", "proactive_alert"]);

type KnownDeviation = Deviation & { readonly departures: readonly Departure[] };

async function readJsonFile(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, "utf8"));
}

async function loadDeviations(folder: string): Promise<readonly KnownDeviation[]> {
  const departuresOf = readDepartures(await readJsonFile(join(folder, "departures.json")));
  const deviations: KnownDeviation[] = [];
  for (const name of await readdir(join(folder, "deviations"))) {
    if (!name.endsWith(".json")) continue;
    // oxlint-disable-next-line no-await-in-loop -- requests are served between one file and the next
    const json = await readJsonFile(join(folder, "deviations", name));
    const deviation = deviationSchema.parse(json);
    deviations.push({ ...deviation, departures: departuresOf(deviation.id) });
  }
  return deviations;
}

/**
 * Reads both from `contracts` of the package; some fifty small files, once, and never many at a time, because replies are
 * given meanwhile. Rejects where one is broken.
 */
export async function loadContractKnowledge(folder: string): Promise<ContractKnowledge> {
  const deviations = await loadDeviations(folder);
  const rules = new Map(
    Object.entries(loadVolatileFields(folder)).map(
      ([routeId, fields]): [string, TranscriptRules] => [
        routeId,
        { pushes: PUSHES, volatile: createVolatileRules(fields) },
      ],
    ),
  );
  const others: TranscriptRules = { pushes: PUSHES };
  return {
    rulesOf: (routeId) => rules.get(routeId) ?? others,
    explainer: createExplainer(deviations, {
      isBody: (wished, value) => compareJson(wished, value).length === 0,
      areTurns: (wished, native) => areTurns(wished.map(toTurn), native, PUSHES),
    }),
  };
}
