import { appendFile, mkdtemp, readFile, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openFileLedger } from "#delivery/evidence/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { evidenceEntry } from "#support/evidence-entry.ts";
import { describeLedger } from "#support/evidence-ledger-suite.ts";

let folder = "";
let path = "";
const warnings: unknown[] = [];
const logger = { ...silentLogger, warn: (fields: unknown) => void warnings.push(fields) };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "banyan-ledger-"));
  path = join(folder, "evidence", "ledger.jsonl");
  warnings.length = 0;
});
afterEach(async () => rm(folder, { recursive: true }));

describe("a ledger in a file", () => {
  describeLedger(async () => openFileLedger({ path, logger }));
});

const everything = { limit: 1_000 };

test("what was written is there after a restart, and ids go on", async () => {
  const first = await openFileLedger({ path, logger });
  const { id } = await first.append(evidenceEntry("pin"));
  await first.close();
  const second = await openFileLedger({ path, logger });
  expect(await second.latest(everything)).toEqual([{ ...evidenceEntry("pin"), id }]);
  expect((await second.append(evidenceEntry("unpin"))).id).toBe(id + 1);
});

test("a line that a crash tore is passed over and harms no other", async () => {
  const first = await openFileLedger({ path, logger });
  await first.append(evidenceEntry("suite"));
  await first.append(evidenceEntry("shadow"));
  const { size } = await stat(path);
  await truncate(path, size - 25);

  const second = await openFileLedger({ path, logger });
  expect(warnings).toEqual([{ path, lines: 1 }]);
  await second.append(evidenceEntry("soak"));
  const third = await openFileLedger({ path, logger });
  expect((await third.latest(everything)).map(({ kind }) => kind)).toEqual(["soak", "suite"]);
});

test("lines that are none are passed over: no JSON, no entry, a kind of tomorrow", async () => {
  const first = await openFileLedger({ path, logger });
  await first.append(evidenceEntry("suite"));
  const tomorrow = JSON.stringify({ id: 2, kind: "oracle", routeId: "chat.health" });
  await appendFile(path, `\u0000\u0000\n42\n{"id":0}\n${tomorrow}\n`);
  const second = await openFileLedger({ path, logger });
  expect(await second.latest(everything)).toHaveLength(1);
  expect(warnings).toEqual([{ path, lines: 4 }]);
});

test("the file is bounded: the older half stands beside it, and the one before goes", async () => {
  const ledger = await openFileLedger({ path, logger, maxBytes: 2_000 });
  for (let index = 0; index < 100; index += 1) {
    // oxlint-disable-next-line no-await-in-loop -- order is the point
    await ledger.append(evidenceEntry("shadow", { compared: index }));
  }
  const sizes = await Promise.all([path, `${path}.1`].map(async (name) => (await stat(name)).size));
  expect(Math.max(...sizes)).toBeLessThan(2_400);
  const again = await openFileLedger({ path, logger });
  const [newest] = await again.latest(everything);
  expect(newest).toMatchObject({ id: 100, compared: 99 });
  expect(await readFile(path, "utf8")).toContain('"id":100');
});

test("an append that cannot be written rejects, and the next one is tried anew", async () => {
  const ledger = await openFileLedger({ path, logger });
  await rm(join(folder, "evidence"), { recursive: true });
  await expect(ledger.append(evidenceEntry("suite"))).rejects.toThrow("ENOENT");
  expect(await ledger.latest(everything)).toEqual([]);
});
