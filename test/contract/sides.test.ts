import { describe, expect, test } from "vitest";

import { NATIVE_ROUTE_IDS } from "#concerns/index.ts";
import type { Side } from "#contract-suite/cases/case.ts";
import { assumedFixtures } from "#contract-suite/cases/fixture.ts";
import { compareAnswers, compareJsonText } from "#contract-suite/compare/compare-answers.ts";
import { toFailureLines } from "#contract-suite/report/pretty.ts";
import { isFailed } from "#contract-suite/report/verdict.ts";
import { type SelectedCases, selectCases } from "#contract-suite/run/select-cases.ts";
import { toBodyBytes } from "#contracts/recordings/recording.ts";
import {
  judge,
  type RunningSide,
  startBanyan,
  startNative,
  startStandIn,
  startWithoutDatabase,
} from "#support/contract-side.ts";
import { loadTestSuite } from "#support/contract-suite.ts";

const suite = loadTestSuite();
const WHOLE_SUITE_MS = 120_000;

function casesFor(side: Side, more: readonly string[]): SelectedCases {
  const held = new Set([...assumedFixtures(suite.fixtures, side), ...more]);
  const selection = { side, held, nativeRoutes: NATIVE_ROUTE_IDS };
  return selectCases(suite.cases, selection, suite.fixtures);
}

describe("the recordings", () => {
  test("every recorded answer is what its own case expects", () => {
    const recorded = new Map(suite.recordings.http.map((recording) => [recording.id, recording]));
    const faults = suite.cases.flatMap(({ id, steps: [step] }) => {
      const recording = recorded.get(id);
      if (recording === undefined || step?.kind !== "exchange") return [];
      const { status, headers, body } = recording.response;
      if (body.kind === "omitted") return [];
      const isHead = recording.request.method === "HEAD";
      const bytes = isHead ? Buffer.alloc(0) : toBodyBytes(body);
      const answer = { status, headers: headers.map(fillPlaceholders), body: bytes };
      return compareAnswers(step.expected, answer, { isExact: true }).map((fault) => ({
        id,
        fault,
      }));
    });
    expect(faults).toEqual([]);
  });

  test("every recorded frame is what its own turn expects", () => {
    const frames = suite.cases.flatMap(({ id, steps }) =>
      steps.flatMap((step) =>
        step.kind === "exchange"
          ? []
          : step.turns.flatMap((turn) =>
              turn.kind === "expect" && turn.frame.exact !== undefined
                ? [{ id, frame: turn.frame, text: turn.frame.exact.text }]
                : [],
            ),
      ),
    );
    expect(frames.length).toBeGreaterThan(300);
    for (const { id, frame, text } of frames) {
      expect(compareJsonText(frame, text, { path: id, isExact: true })).toEqual([]);
    }
  });
});

const SAMPLES: Readonly<Record<string, string>> = {
  "http-date": "Sun, 22 Nov 2026 20:33:44 GMT",
  "request-id": "1795379938123-4711",
  seconds: "0.012",
  milliseconds: "1.23",
  "epoch-seconds": "1795379938",
  nonce: "abcdefghijklmnopqrstuv",
  "compact-date-time": "20261122_203344",
  host: "127.0.0.1:8000",
};

const fillPlaceholders = (value: string): string =>
  value.replaceAll(/\{\{([a-z-]+)\}\}/g, (whole, name: string) => SAMPLES[name] ?? whole);

interface SideUnderTest {
  readonly name: string;
  readonly side: Side;
  readonly start: () => Promise<RunningSide>;
  /** Fixtures that it holds beside the assumed ones. */
  readonly holds?: readonly string[];
  /** Only the cases that need this fixture; all where there is none. */
  readonly only?: string;
  /** A suite that lost its cases would hold, too. */
  readonly least: number;
}

const SIDES: readonly SideUnderTest[] = [
  {
    name: "the stand-in",
    side: "legacy",
    start: async () => startStandIn(suite),
    holds: ["direct"],
    least: 940,
  },
  {
    name: "Banyan on the stand-in",
    side: "legacy",
    start: async () => startBanyan({ nativeRoutes: [] }),
    least: 940,
  },
  {
    name: "Banyan's native sides",
    side: "native",
    start: async () => startNative(),
    holds: ["ai", "internal-secret"],
    least: 400,
  },
  {
    name: "Banyan's native sides, where words count as a whole",
    side: "native",
    start: async () => startNative(["pam.safety.strict-words"]),
    holds: ["ai", "strict-words"],
    only: "strict-words",
    least: 3,
  },
  {
    name: "Banyan's native sides, whose database is away",
    side: "native",
    start: startWithoutDatabase,
    holds: ["database-away"],
    only: "database-away",
    least: 4,
  },
  {
    name: "Banyan's native sides without a key for a model",
    side: "native",
    start: async () => startBanyan({ nativeRoutes: NATIVE_ROUTE_IDS }),
    least: 350,
  },
];

/** Deviations that one of the native sides has shown. */
const shownNatively = new Set<string>();

describe.each(SIDES)("$name", ({ side, start, holds = [], only, least }) => {
  test(
    "every case holds",
    async () => {
      await using running = await start();
      const { run } = casesFor(side, holds);
      const chosen = run.filter(({ needs }) => only === undefined || needs.includes(only));
      expect(chosen.length).toBeGreaterThan(least);
      const results = await judge(suite, chosen, { ...running, side });
      expect(results.filter(isFailed).flatMap(toFailureLines).join("\n")).toBe("");
      const shown = results.flatMap(({ deviations }) => deviations);
      expect(side === "legacy" ? shown : []).toEqual([]);
      for (const id of shown) shownNatively.add(id);
    },
    WHOLE_SUITE_MS,
  );
});

test("every deviation is shown by a native side", () => {
  expect([...shownNatively].toSorted()).toEqual(suite.deviations.map(({ id }) => id));
});
