import { describe, expect, test } from "vitest";

import { NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import type { Case } from "#contract-suite/cases/case.ts";
import { makeProbes } from "#contract-suite/probes/make-probes.ts";
import { makeSocketProbes } from "#contract-suite/probes/socket-probes.ts";
import { toFailureLines } from "#contract-suite/report/pretty.ts";
import { isFailed } from "#contract-suite/report/verdict.ts";
import { ROUTE_CONTRACTS } from "#contracts/index.ts";
import { judge, startNative, startStandIn } from "#support/contract-side.ts";
import { loadTestSuite } from "#support/contract-suite.ts";

const suite = loadTestSuite();
const probes = [...makeProbes(ROUTE_CONTRACTS), ...makeSocketProbes()];

const statusesOf = ({ steps }: Case): readonly unknown[] =>
  steps.map((step) => (step.kind === "exchange" ? step.expected.status : 101));

test("every route has a probe that must be let in, one of another method, and one for its body", () => {
  const byRoute = Map.groupBy(probes, ({ id }) => id.split("/")[1] ?? "");
  const lacking = ROUTE_CONTRACTS.filter(({ id, request }) => {
    const statuses = new Set((byRoute.get(id) ?? []).flatMap(statusesOf));
    const isLetIn = statuses.has("accepted") || statuses.has("accepted-or-unavailable");
    const wanted = [405, ...(request.body === undefined ? [] : [422])];
    return !(isLetIn && wanted.every((status) => statuses.has(status)));
  });
  expect(lacking.map(({ id }) => id)).toEqual([]);
});

test("no two probes have one name", () => {
  expect(new Set(probes.map(({ id }) => id)).size).toBe(probes.length);
});

test("lengths are tried at the bound and beyond it, in code points", () => {
  const lengths = probes.filter(({ id }) =>
    id.startsWith("probe/chat.send/message-as-wide-letters-"),
  );
  expect(lengths.map((probe) => [probe.id.split("-").at(-1), statusesOf(probe)])).toEqual([
    ["0", [422]],
    ["1", ["accepted"]],
    ["2000", ["accepted"]],
    ["2001", [422]],
  ]);
});

describe.each([
  {
    name: "the stand-in",
    side: "legacy",
    start: async () => startStandIn(suite),
    isJudged: ({ sides }: Case) => sides.includes("legacy"),
    least: 2_000,
  },
  {
    name: "Banyan's native sides",
    side: "native",
    start: async () => startNative(),
    isJudged: ({ route }: Case) => route === undefined || NATIVE_ROUTE_IDS.has(route),
    least: 400,
  },
] as const)("$name", ({ side, start, isJudged, least }) => {
  test("refuses what the contract refuses, in its words, and fails at nothing", async () => {
    await using running = await start();
    const cases = probes.filter(isJudged);
    expect(cases.length).toBeGreaterThan(least);
    const results = await judge(suite, cases, { url: running.url, side, isExact: false });
    expect(results.filter(isFailed).flatMap(toFailureLines).join("\n")).toBe("");
  }, 120_000);
});
