import { expect, test } from "vitest";

import { createMemoryLedger } from "#delivery/evidence/index.ts";
import { evidenceEntry } from "#support/evidence-entry.ts";
import { describeLedger } from "#support/evidence-ledger-suite.ts";

describeLedger(async () => createMemoryLedger());

test("the newest entries are kept, and no more", async () => {
  const ledger = createMemoryLedger({ most: 100 });
  await Promise.all(
    Array.from({ length: 1_000 }, async () => ledger.append(evidenceEntry("shadow"))),
  );
  const kept = await ledger.latest({ limit: 10_000 });
  expect(kept.length).toBeGreaterThanOrEqual(100);
  expect(kept.length).toBeLessThanOrEqual(110);
  expect(kept[0]?.id).toBe(1_000);
});
