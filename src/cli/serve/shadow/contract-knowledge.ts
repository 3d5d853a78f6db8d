import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { areTurns } from "#cli/serve/shadow/are-turns.ts";
import { toTurn } from "#contract-suite/cases/written-case.ts";
import { compareJson } from "#contract-suite/compare/compare-json.ts";
import { deviationSchema } from "#contract-suite/deviations/deviation.ts";
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

/** Reads both from `contracts` of the package; some fifty small files, once. Throws where one is broken. */
export function loadContractKnowledge(folder: string): ContractKnowledge {
  const rules = new Map(
    Object.entries(loadVolatileFields(folder)).map(
      ([routeId, fields]): [string, TranscriptRules] => [
        routeId,
        { pushes: PUSHES, volatile: createVolatileRules(fields) },
      ],
    ),
  );
  const others: TranscriptRules = { pushes: PUSHES };
  const deviations = readdirSync(join(folder, "deviations"))
    .filter((name) => name.endsWith(".json"))
    .map((name) =>
      deviationSchema.parse(JSON.parse(readFileSync(join(folder, "deviations", name), "utf8"))),
    );
  return {
    rulesOf: (routeId) => rules.get(routeId) ?? others,
    explainer: createExplainer(deviations, {
      isBody: (wished, value) => compareJson(wished, value).length === 0,
      areTurns: (wished, native) => areTurns(wished.map(toTurn), native, PUSHES),
    }),
  };
}
