import { expect, test } from "vitest";

import { type FromWorker, fromWorkerSchema } from "#cli/serve/workers/messages.ts";
import { createToldComparisons } from "#cli/serve/workers/told-comparisons.ts";
import type { DriftExample, ShadowResult } from "#delivery/drift/index.ts";
import { createManualClock } from "#support/manual-clock.ts";

const EXAMPLE: DriftExample = {
  kind: "conversation",
  id: "",
  requestId: "request-1",
  routeId: "ws.socket",
  atMs: 0,
  differences: [],
  omitted: 0,
  effects: [],
  request: { target: "/", headers: [] },
  legacy: { frames: [] },
};

function setUp() {
  const clock = createManualClock();
  const told: FromWorker[] = [];
  let made = 0;
  const comparisons = createToldComparisons((message) => {
    told.push(fromWorkerSchema.parse(structuredClone(message)));
  }, clock);
  const resultOf = (field: string, explainedBy?: string): ShadowResult => ({
    routeId: "ws.socket",
    differences: [
      {
        kind: "value",
        path: field,
        field,
        legacy: "1",
        native: "2",
        ...(explainedBy !== undefined && { explainedBy }),
      },
    ],
    omitted: 0,
    isFailed: false,
    toExample() {
      made += 1;
      return EXAMPLE;
    },
  });
  return { comparisons, told, clock, resultOf, made: () => made };
}

test("a comparison is told whole, with an example of what nothing explains", () => {
  const { comparisons, told, resultOf } = setUp();
  comparisons.recordShadow(resultOf("/body/a"));
  const { toExample: _toExample, ...result } = resultOf("/body/a");
  expect(told).toEqual([{ kind: "compared", ...result, example: EXAMPLE }]);
});

test("examples of one field are made some seconds apart, and none of what is explained", () => {
  const { comparisons, told, clock, resultOf, made } = setUp();
  comparisons.recordShadow(resultOf("/body/a"));
  comparisons.recordShadow(resultOf("/body/a"));
  comparisons.recordShadow(resultOf("/body/b", "D-1"));
  expect(made()).toBe(1);
  clock.advance(5_000);
  comparisons.recordShadow(resultOf("/body/a"));
  expect(made()).toBe(2);
  expect(told.length).toBe(4);
});

test("a baseline is told with its route", () => {
  const { comparisons, told } = setUp();
  comparisons.recordBaseline("chat.health", { differences: [], omitted: 2 });
  expect(told).toEqual([{ kind: "baseline", routeId: "chat.health", differences: [], omitted: 2 }]);
});
