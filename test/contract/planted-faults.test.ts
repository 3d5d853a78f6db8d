import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Case } from "#contract-suite/cases/case.ts";
import type { DifferenceKind } from "#contract-suite/compare/difference.ts";
import { isFailed } from "#contract-suite/report/verdict.ts";
import { judge, type RunningSide, startNative, startStandIn } from "#support/contract-side.ts";
import { loadTestSuite } from "#support/contract-suite.ts";
import { type FaultyFront, startFaultyFront } from "#support/faulty-front.ts";

import { LEGACY_MUTANTS, NATIVE_MUTANTS } from "./mutants.ts";

/**
 * Does the suite notice? Each mutant is a server that is right in everything but one thing, and the case of
 * that thing must fail on it. Answers are compared as those of a native side, where bytes may differ.
 */
const suite = loadTestSuite();

function casesOf(ids: readonly string[]): readonly Case[] {
  const found = suite.cases.filter(({ id }) => ids.includes(id));
  expect(found).toHaveLength(new Set(ids).size);
  return found;
}

describe.each([
  {
    name: "a legacy with one fault",
    side: "legacy",
    start: async () => startStandIn(suite),
    mutants: LEGACY_MUTANTS,
  },
  {
    name: "a native side with one fault",
    side: "native",
    start: async () => startNative(),
    mutants: NATIVE_MUTANTS,
  },
] as const)("$name", ({ side, start, mutants }) => {
  let running: RunningSide;
  let front: FaultyFront;

  beforeAll(async () => {
    running = await start();
    front = await startFaultyFront(running.url);
  });
  afterAll(async () => {
    await front[Symbol.asyncDispose]();
    await running[Symbol.asyncDispose]();
  });

  interface Failure {
    readonly id: string;
    readonly kinds: readonly DifferenceKind[];
  }

  async function failuresOf(ids: readonly string[]): Promise<readonly Failure[]> {
    const options = { url: front.url, side, isExact: false, answerMs: 2_000 };
    const results = await judge(suite, casesOf(ids), options);
    return results.filter(isFailed).map(({ case: { id }, differences }) => ({
      id,
      kinds: [...new Set(differences.map(({ kind }) => kind))],
    }));
  }

  test("without a fault every case that a mutant is tried on holds", async () => {
    front.fault = {};
    expect(await failuresOf(mutants.map(({ case: id }) => id))).toEqual([]);
  });

  test.each(mutants)("$name", async ({ case: id, fault }) => {
    front.fault = fault;
    const failures = await failuresOf([id]);
    expect(failures.map((failure) => failure.id)).toEqual([id]);
    // An answer that never came would be noticed for the wrong reason.
    expect(failures.flatMap(({ kinds }) => kinds)).not.toContain("failed");
  });
});

test("there are mutants of every concern", () => {
  const concerns = LEGACY_MUTANTS.map(({ name }) => name.slice(0, name.indexOf(":")));
  const known = suite.cases.map(({ concern }) => concern);
  expect([...new Set(concerns)].toSorted()).toEqual([...new Set(known)].toSorted());
});
