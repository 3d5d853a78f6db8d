import {
  cpSync,
  mkdirSync,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeEach, describe, expect, test } from "vitest";

import { acceptExample } from "#cli/drift-accept.ts";
import { suiteDependencies } from "#cli/verify.ts";
import { loadSuite } from "#contract-suite/cases/load-suite.ts";
import { departuresOf } from "#contract-suite/deviations/departures-of.ts";
import { type DriftExample, type DriftSnapshot } from "#delivery/drift/index.ts";
import { packageRoot } from "#platform/package-root.ts";

const folder = mkdtempDisposableSync(join(tmpdir(), "banyan-"));
afterAll(() => folder.remove());

const AT_MS = Date.UTC(2026, 10, 22);
const CASE_FILE = "contracts/cases/written/live-chat.health-2026-11-22-e1.json";
const DEVIATION_FILE = "contracts/deviations/live-chat-health-2026-11-22-e1.json";

const difference = {
  kind: "value",
  path: "/body/status",
  field: "/body/status",
  legacy: '"healthy"',
  native: '"fine"',
} as const;

const example: DriftExample = {
  id: "e1",
  kind: "exchange",
  requestId: "r1",
  routeId: "chat.health",
  atMs: AT_MS,
  differences: [difference],
  omitted: 0,
  effects: [],
  request: { method: "GET", target: "/api/v1/pam/health", headers: [], body: "" },
  legacy: { status: 200, headers: [], body: '{"status":"healthy"}' },
  native: { status: 200, headers: [], body: '{"status":"fine"}' },
};

const toSnapshot = (...examples: readonly DriftExample[]): DriftSnapshot => ({
  routes: [
    {
      routeId: "chat.health",
      compared: 30,
      clean: 29,
      cleanStreak: 3,
      failed: 0,
      refused: 0,
      baselines: 20,
      sinceMs: AT_MS,
      fields: [
        {
          ...difference,
          kinds: ["value"],
          raw: 1,
          noise: 0,
          explained: 0,
          explainedBy: [],
          verdict: "drift",
          firstSeenMs: AT_MS,
          lastSeenMs: AT_MS,
        },
      ],
      overflow: 0,
      examples,
    },
  ],
  overflow: 0,
});

let root: string;
let count = 0;
/** A checkout of its own for each test: the contracts, and a folder of tests. */
beforeEach(() => {
  count += 1;
  root = join(folder.path, String(count));
  cpSync(join(packageRoot(), "contracts"), join(root, "contracts"), { recursive: true });
  mkdirSync(join(root, "test"));
});

const accept = (
  as: "case" | "deviation",
  id = "e1",
  ...examples: readonly DriftExample[]
): string =>
  acceptExample(
    { snapshot: toSnapshot(...(examples.length > 0 ? examples : [example])), id, as },
    { ...suiteDependencies(), root },
  );

const listFiles = (): readonly string[] =>
  readdirSync(join(root, "contracts"), { recursive: true, encoding: "utf8" }).toSorted();

const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));

test("an example becomes a case that the suite loads", () => {
  expect(accept("case")).toContain(`Written: ${CASE_FILE}`);
  expect(read(CASE_FILE)).toMatchObject([
    { route: "chat.health", steps: [{ expect: { status: 200, body: { status: "healthy" } } }] },
  ]);
});

test("an example becomes a deviation with the case that shows it, and what a person has to write", () => {
  const told = accept("deviation");
  expect(told).toContain(`Written: ${CASE_FILE}`);
  expect(told).toContain(`Written: ${DEVIATION_FILE}`);
  expect(told).toContain("TO BE WRITTEN");
  expect(read(DEVIATION_FILE)).toMatchObject({
    routes: ["chat.health"],
    shows: [{ cases: ["live/chat.health-2026-11-22-e1"], body: { status: "fine" } }],
  });
});

test("what an accepted deviation will explain is what was seen, and no more", () => {
  accept("deviation");
  const { cases, deviations } = loadSuite({
    ...suiteDependencies(),
    folder: join(root, "contracts"),
  });
  const accepted = deviations.find(({ id }) => DEVIATION_FILE.includes(id));
  expect(accepted && departuresOf(accepted, cases)).toMatchObject([
    {
      legacyStatuses: [200],
      body: { "/status": { legacy: [{ is: "healthy" }], native: [{ is: "fine" }] } },
    },
  ]);
});

describe("nothing is changed", () => {
  test.each<[string, () => string, RegExp]>([
    ["where no such example is kept", () => accept("case", "e2"), /No example "e2".*there are e1/u],
    [
      "where what is kept of it does not suffice",
      () =>
        accept("case", "e1", {
          ...example,
          request: { method: "POST", target: "/api/v1/pam/chat", headers: [], body: null },
        }),
      /Cannot accept the example: Its request's body was not kept/u,
    ],
    [
      "where a deviation cannot be made, not even the case",
      () => accept("deviation", "e1", { ...example, native: undefined }),
      /Native gave no answer/u,
    ],
    [
      "where the suite does not load with it",
      () => accept("case", "e1", { ...example, routeId: "chat.nowhere" }),
      /Nothing was kept, because the suite cannot be loaded with it: .*no row "chat\.nowhere"/u,
    ],
  ])("%s", (_, run, expected) => {
    const before = listFiles();
    expect(run).toThrow(expected);
    expect(listFiles()).toEqual(before);
  });

  test("where a file is there already", () => {
    accept("case");
    const before = listFiles();
    writeFileSync(join(root, CASE_FILE), "[]");
    expect(() => accept("deviation")).toThrow(/is there already/u);
    expect(listFiles()).toEqual(before);
    expect(read(CASE_FILE)).toEqual([]);
  });

  test("outside of a checkout", () => {
    const dependencies = { ...suiteDependencies(), root: join(root, "contracts") };
    expect(() =>
      acceptExample({ snapshot: toSnapshot(example), id: "e1", as: "case" }, dependencies),
    ).toThrow(/wants a checkout/u);
  });
});
