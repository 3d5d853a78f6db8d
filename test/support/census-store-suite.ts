import { hash } from "node:crypto";

import { expect, test } from "vitest";

import type { CensusStore, Use } from "#delivery/census/use.ts";

const use = (name: string, hits: number, lastSeenMs: number): Use => ({
  key: ["chat.health", "curl", "legacy", name],
  hits,
  lastSeenMs,
});
const nobody = new Map<string, string[]>();
const cohortOf = (index: number): string => hash("sha256", `cohort ${index}`).slice(0, 12);

/** What every store of the census promises. `open` gives an empty one, as of one process. */
export function describeCensusStore(open: (sinceMs: number) => Promise<CensusStore>): void {
  test("nothing was counted at first", async () => {
    const store = await open(5_000);
    expect(await store.read()).toEqual({ sinceMs: 5_000, uses: [], cohorts: new Map() });
  });

  test("hits add up, and a time never goes back", async () => {
    const store = await open(1);
    await store.add({ uses: [use("", 3, 500), use("limit", 1, 100)], cohorts: nobody });
    await store.add({ uses: [use("", 4, 400)], cohorts: nobody });
    const { uses } = await store.read();
    expect(uses).toHaveLength(2);
    expect(uses).toContainEqual(use("", 7, 500));
    expect(uses).toContainEqual(use("limit", 1, 100));
  });

  test("paths that no row names are counted too", async () => {
    const store = await open(1);
    const unknown: Use = {
      key: ["", "curl", "legacy", "GET /a/{id}"],
      hits: 2,
      lastSeenMs: 9,
    };
    await store.add({ uses: [unknown], cohorts: nobody });
    expect((await store.read()).uses).toEqual([unknown]);
  });

  test("distinct cohorts are counted once, however often they come", async () => {
    const store = await open(1);
    const hashes = Array.from({ length: 500 }, (_, index) => cohortOf(index));
    const cohorts = new Map([["chat.health", hashes]]);
    await store.add({ uses: [], cohorts });
    await store.add({ uses: [], cohorts });
    const counted = (await store.read()).cohorts.get("chat.health") ?? 0;
    expect(Math.abs(counted - 500)).toBeLessThan(50);
  });

  test("hundreds of uses at once are all kept", async () => {
    const store = await open(1);
    const uses = Array.from({ length: 950 }, (_, index) => use(`name-${index}`, 1, index + 1));
    await store.add({ uses, cohorts: nobody });
    expect((await store.read()).uses).toHaveLength(950);
  });
}
