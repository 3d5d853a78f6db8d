import { describe, expect, test } from "vitest";

import { createMemoryCensusStore } from "#delivery/census/index.ts";
import { describeCensusStore } from "#support/census-store-suite.ts";

describe("counts in memory", () => {
  describeCensusStore(async (sinceMs) => createMemoryCensusStore(sinceMs));
});

const unknown = (path: string, hits: number) =>
  ({ key: ["", "curl", "legacy", path], hits, lastSeenMs: 1 }) as const;

test("a route never looks deserted for want of room", async () => {
  const store = createMemoryCensusStore(1);
  const cohorts = new Map<string, string[]>();
  const uses = Array.from(
    { length: 25_000 },
    (_, index) =>
      ({ key: ["a", `client-${index}`, "legacy", "x"], hits: 1, lastSeenMs: 1 }) as const,
  );
  const request = { key: ["b", "curl", "legacy", ""], hits: 2, lastSeenMs: 7 } as const;
  await store.add({ uses: [...uses, request], cohorts });
  const kept = (await store.read()).uses;
  expect(kept).toContainEqual({ ...request, key: ["b", "(other)", "legacy", ""] });
  expect(kept.length).toBeLessThanOrEqual(20_001);
});

test("a flood of unknown paths takes bounded memory and hides none that is called often", async () => {
  const store = createMemoryCensusStore(1);
  const cohorts = new Map<string, string[]>();
  await store.add({ uses: [unknown("GET /old", 100)], cohorts });
  for (let index = 0; index < 10; index += 1) {
    const uses = Array.from({ length: 300 }, (_, at) => unknown(`GET /${index}/${at}`, 1));
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other
    await store.add({ uses, cohorts });
  }
  const { uses } = await store.read();
  expect(uses.length).toBeLessThanOrEqual(256);
  expect(uses[0]?.key[3]).toBe("GET /old");
});
